"""What is printed for a citizen: composed here, the same for a kiosk's printer and for a picture of it."""
