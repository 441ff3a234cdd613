"""Puts the dossiers of a hub together: drafts, papers, the outbox to central, look-ups."""

from pathlib import Path

from kiosk.clock import Clock
from kiosk.dossier.forms import read_forms
from kiosk.dossier.plain import PlainWords
from kiosk.hub.desk.desk import Desk
from kiosk.hub.desk.pictures import PaperDesk
from kiosk.hub.desk.reasons import read_reasons
from kiosk.hub.dossiers.acting import Acting
from kiosk.hub.dossiers.drafting import Drafts
from kiosk.hub.dossiers.forms import ProcedureForms, read_wards
from kiosk.hub.dossiers.inbox import Inbox
from kiosk.hub.dossiers.intake import PaperIntake
from kiosk.hub.dossiers.keeping import kept_dossiers
from kiosk.hub.dossiers.lookup import LookUps
from kiosk.hub.dossiers.phone import PhoneUploads
from kiosk.hub.dossiers.receiving import Receiving
from kiosk.hub.dossiers.room import DossierParts as RoomParts
from kiosk.hub.dossiers.room import DossierRoom
from kiosk.hub.dossiers.shelf import DraftShelf
from kiosk.hub.dossiers.submitting import Submitting
from kiosk.hub.pages.dossier_parts import DossierParts
from kiosk.hub.store.store import Store
from kiosk.hub.store.submissions import SqliteSubmissions
from kiosk.hub.sync.agency import AgencyCheck
from kiosk.hub.sync.asking import CityAsking
from kiosk.hub.sync.door import CityDoor
from kiosk.hub.sync.dossiers import DossierCourier
from kiosk.hub.usecases.centre import Centre
from kiosk.hub.usecases.guide import Guide


class HubDossiers:
    """``city``: central, for whoever has a question; ``room``: what kiosks and phones do; ``desk``: officers' pages."""

    def __init__(
        self, centre: Centre, store: Store, procedures: tuple[Guide, PlainWords], assets: Path, clock: Clock
    ) -> None:
        folder, ledger, catalogue = centre.config.data, SqliteSubmissions(store), assets / "catalogue"
        guide, plain = procedures
        forms = ProcedureForms(
            guide,
            (read_forms((catalogue / "forms.toml").read_bytes()), plain),
            centre,
            read_wards(assets / "units" / "hcmc.csv"),
            clock,
        )
        shelf, inbox = DraftShelf(folder), Inbox(folder, clock)
        intake = PaperIntake(shelf, inbox)
        drafts = Drafts(shelf, inbox, intake, forms, centre, clock)
        submitting = Submitting(drafts, ledger, centre, clock)
        self.city = CityAsking(folder, lambda: centre.config.central, clock)
        door = CityDoor(folder, centre.config.central, clock)
        agency = AgencyCheck(self.city, lambda: centre.config.dossiers.agency, clock)
        forms.agency_is_ours = agency.is_ours
        self.courier = DossierCourier(submitting, lambda: shelf.vault, door, agency, clock)
        self.desk = DossierParts(
            desk=Desk(self.city),
            reasons=read_reasons((catalogue / "reasons.toml").read_bytes()),
            calendar=lambda: centre.config.dossiers.calendar(),
            fields=forms.fields,
            assets=assets,
            office=lambda: centre.config.centre,
            paper_desk=PaperDesk(inbox.workplace),
            unsent=ledger.unsent,
            kept=lambda: kept_dossiers(submitting),
            note=Acting(ledger, clock).note,
            agency_taken_by=lambda: agency.taken_by,
            renumber=submitting.renumber_kept,
            receiving=Receiving(forms, submitting, self.courier.send_now, clock),
        )
        self.room = DossierRoom(
            RoomParts(
                forms=forms,
                drafts=drafts,
                inbox=inbox,
                intake=intake,
                phone=PhoneUploads(drafts, clock),
                submitting=submitting,
                look_ups=LookUps(self.city, centre.public_url, clock),
                send_now=self.courier.send_now,
            )
        )

    def open(self) -> None:
        """Blocks; after the database is open. Raises OSError, StoreUnavailable."""
        self.room.open()
        self.courier.start()

    def close(self) -> None:
        self.courier.stop()
        self.room.close()
        self.city.close()
