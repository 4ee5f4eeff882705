"""Reports made readable: for a terminal (`text`) and for programs (`json`). Pure: nothing is printed here."""
