"""What editors make of reports from readers."""
