"""What hubs call: enrolment, events, heartbeats. Every answer carries central's time."""
