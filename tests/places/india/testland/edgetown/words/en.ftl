-desk = The Edgetown desk
report-RECEIVED = { -desk } has it.
