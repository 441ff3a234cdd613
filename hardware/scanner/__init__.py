"""QR scanners ("serial imagers"): a pure decoder that is fed chunks, their commands, and the driver."""
