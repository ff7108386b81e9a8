# Display texts, by key. A place can replace them in a file of the same name in its own folder; keys
# that it leaves out come from its state, its country or this file.

## Report states
-police = Police
report-RECEIVED = Received. { -police } have it.
report-ACKNOWLEDGED = { -police } have read it.
report-IN_PROGRESS = { -police } are working on it.
report-RESOLVED = { -police } have acted.
report-REJECTED = { -police } did not accept it.
report-REFERRED = It was referred to another place.
report-REOPENED = Reopened.

## Alert states
alert-RAISED = Sent. Nobody has answered yet: call as well if you can.
alert-ACKNOWLEDGED = { -police } have seen it.
alert-RESPONDING = Help is on the way.
alert-RESOLVED = { -police } have closed it.
alert-CANCELLED = You cancelled it.
alert-FALSE_ALARM = You said it was a false alarm.

## Actions
action-SUBMIT = Report sent
action-RAISE = Called for help
action-LOCATE = Position sent
action-ACKNOWLEDGE = Read by { -police }
action-DISPATCH = Officers were sent
action-ARRIVE = Officers arrived
action-ACT = { -police } acted
action-REJECT = Not accepted
action-REFER = Referred
action-ASK = Question from { -police }
action-NOTE = Note
action-ANSWER = Your answer
action-ADD = You added something
action-REOPEN = Reopened
action-CANCEL = Cancelled
action-FALSE_ALARM = False alarm
action-ISSUE = Issued
action-AMEND = Updated
action-WITHDRAW = Withdrawn
action-ASSIGN = Assigned to an officer
action-ESCALATE = Escalated to the next authority
action-ERASE = Erased: retention period ended

## Kinds of emergency number
number-ALL = All emergencies
number-POLICE = { -police }
number-FIRE = Fire brigade
number-AMBULANCE = Ambulance
number-WOMEN = Women's helpline
number-CHILDREN = Children's helpline
number-ELDERS = Senior citizens' helpline
number-CYBER_CRIME = Cyber crime
number-TRAFFIC = Traffic police
number-ROAD = Roadside assistance
number-COASTAL = Coastal emergencies
number-DISASTER = Disaster response
number-CRISIS = Crisis line
number-CONTROL_ROOM = Control room
number-ADMINISTRATION = Administration
number-CITY_SERVICES = City services

## Features
feature-EMERGENCY_NUMBERS = Emergency numbers
feature-ALERTS = Call for help
feature-REPORTS = Report an incident
feature-STATISTICS = Statistics
feature-VEHICLES = Look up a vehicle
feature-ADVISORIES = Police advisories

## Urgency, severity and certainty (CAP 1.2)
urgency-IMMEDIATE = Immediate
urgency-EXPECTED = Soon
urgency-FUTURE = Later
severity-EXTREME = Extreme
severity-SEVERE = Severe
severity-MODERATE = Moderate
severity-MINOR = Minor
severity-UNKNOWN = Unknown
certainty-OBSERVED = Seen
certainty-LIKELY = Likely
certainty-POSSIBLE = Possible
certainty-UNLIKELY = Unlikely
certainty-UNKNOWN = Unknown
