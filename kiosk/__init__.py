"""Self-service kiosk and queue software for public service centres.

Map and glossary; kept in step with the code.

Layers, top to bottom (checked by import-linter, ``make check``; ``|`` = must not import each other)::

    cli > demo | fleet > touch | hub | central > web > papers | slips > config > wire
        > queueing | dossier | identity > logs | systemd > clock > errors | words

A word for a Vietnamese legal or everyday term::

    centre      Trung tâm Phục vụ hành chính công (cấp xã)
    field       lĩnh vực: the group of procedures that the citizen chooses first
    service     thủ tục that a ticket is taken for
    ticket      phiếu số thứ tự (never to be confused with a dossier receipt, Mẫu 01)
    dossier     hồ sơ;  draft: hồ sơ đang làm dở, before it is submitted
    counter     quầy
    priority    đối tượng ưu tiên
    officer     cán bộ một cửa;  supervisor: trưởng quầy / lãnh đạo trung tâm
    exchange    liên thông: with the city's own system;  reconciliation: đối soát
    promise     thời gian chờ dự kiến, as told to the citizen
"""

__version__ = "0.1.0"
