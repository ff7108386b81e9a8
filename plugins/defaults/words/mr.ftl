report-RECEIVED = मिळाली. पोलिसांकडे आहे.
report-ACKNOWLEDGED = पोलिसांनी वाचली आहे.
report-IN_PROGRESS = पोलीस त्यावर काम करत आहेत.
report-RESOLVED = पोलिसांनी कारवाई केली.
report-REJECTED = पोलिसांनी स्वीकारली नाही.
report-REFERRED = हे दुसऱ्या कार्यालयाचे आहे.
report-REOPENED = पुन्हा उघडली.

alert-RAISED = पाठवले. अजून कोणी उत्तर दिलेले नाही: शक्य असल्यास फोनही करा.
alert-ACKNOWLEDGED = पोलिसांनी पाहिले आहे.
alert-RESPONDING = मदत येत आहे.
alert-RESOLVED = पोलिसांनी हे संपवले.
alert-CANCELLED = तुम्ही हे रद्द केले.
alert-FALSE_ALARM = चुकून पाठवले असे तुम्ही सांगितले.

number-ALL = प्रत्येक आपत्काल
number-POLICE = पोलीस
number-FIRE = अग्निशमन दल
number-AMBULANCE = रुग्णवाहिका
number-WOMEN = महिला हेल्पलाइन
number-CHILDREN = बाल हेल्पलाइन
number-ELDERS = ज्येष्ठ नागरिक हेल्पलाइन
number-CYBER_CRIME = सायबर गुन्हे
number-TRAFFIC = वाहतूक पोलीस
number-CONTROL_ROOM = नियंत्रण कक्ष
number-ROAD = रस्ता मदत
number-COASTAL = किनारी मदत
number-DISASTER = आपत्ती मदत
number-CRISIS = संकट मदत
number-ADMINISTRATION = प्रशासन
number-CITY_SERVICES = शहर सेवा

feature-EMERGENCY_NUMBERS = आपत्कालीन क्रमांक
feature-ALERTS = मदत मागा
feature-REPORTS = घटना कळवा
feature-STATISTICS = पोलिसांनी काय केले
feature-VEHICLES = वाहन शोधा
feature-ADVISORIES = पोलिसांच्या सूचना

urgency-IMMEDIATE = लगेच
urgency-EXPECTED = लवकरच
urgency-FUTURE = नंतर
severity-EXTREME = अत्यंत
severity-SEVERE = गंभीर
severity-MODERATE = मध्यम
severity-MINOR = किरकोळ
severity-UNKNOWN = अज्ञात
