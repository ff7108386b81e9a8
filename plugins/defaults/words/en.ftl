# What this server says to citizens, by key. A place says it its own way in a file of the same name in
# its own folder; keys it leaves out are taken from the places it lies in.

## Where a report stands
-police = Police
report-RECEIVED = Received. { -police } have it.
report-ACKNOWLEDGED = { -police } have read it.
report-IN_PROGRESS = { -police } are working on it.
report-RESOLVED = { -police } have acted.
report-REJECTED = { -police } did not take it up.
report-REFERRED = It belongs elsewhere.
report-REOPENED = Opened again.

## Where a call for help stands
alert-RAISED = Sent. Nobody has answered yet: call as well if you can.
alert-ACKNOWLEDGED = { -police } have seen it.
alert-RESPONDING = Help is on the way.
alert-RESOLVED = { -police } have closed it.
alert-CANCELLED = You cancelled it.
alert-FALSE_ALARM = You said it was a false alarm.

## What was done
action-SUBMIT = Report sent
action-RAISE = Help called
action-LOCATE = Position sent
action-ACKNOWLEDGE = Read by { -police }
action-DISPATCH = Somebody was sent
action-ARRIVE = Somebody arrived
action-ACT = { -police } acted
action-REJECT = Not taken up
action-REFER = Passed on
action-ASK = { -police } ask you something
action-NOTE = Note
action-ANSWER = Your answer
action-ADD = You added something
action-REOPEN = Opened again
action-CANCEL = Cancelled
action-FALSE_ALARM = False alarm
action-ISSUE = Issued
action-AMEND = Updated
action-WITHDRAW = Withdrawn

## What a number is for
number-ALL = Every emergency
number-POLICE = { -police }
number-FIRE = Fire brigade
number-AMBULANCE = Ambulance
number-WOMEN = Women's help line
number-CHILDREN = Children's help line
number-ELDERS = Elders' help line
number-CYBER_CRIME = Cyber crime
number-TRAFFIC = Traffic police
number-ROAD = Help on the road
number-COASTAL = Coastal help
number-DISASTER = Disaster help
number-CRISIS = Crisis line
number-CONTROL_ROOM = Control room
number-ADMINISTRATION = Administration
number-CITY_SERVICES = City services

## What a place offers
feature-EMERGENCY_NUMBERS = Emergency numbers
feature-ALERTS = Call for help
feature-REPORTS = Report an incident
feature-STATISTICS = What police did
feature-VEHICLES = Look up a vehicle
feature-ADVISORIES = Police tell you

## How soon, and how bad
urgency-IMMEDIATE = At once
urgency-EXPECTED = Soon
urgency-FUTURE = Later
severity-EXTREME = Extreme
severity-SEVERE = Severe
severity-MODERATE = Moderate
severity-MINOR = Minor
severity-UNKNOWN = Unknown
action-ASSIGN = Somebody was charged with it
action-ESCALATE = Told to the next authority
action-ERASE = Erased, for its time is over

certainty-OBSERVED = Seen
certainty-LIKELY = Likely
certainty-POSSIBLE = Possible
certainty-UNLIKELY = Unlikely
certainty-UNKNOWN = Unknown
