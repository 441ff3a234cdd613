"""The ID card's QR code: reading it, doubting it, and keeping quiet about it. Pure.

1. Nothing held before a reader raises: the answer is a ``CardReading``, or a ``Refusal`` that says what was seen.
2. The code has no checksum and no signature: it fills a form, it proves nothing. What looks wrong is a doubt, not a no.
3. Types that hold personal data redact themselves in ``repr``; the queue gets a keyed hash and the last four digits.
"""
