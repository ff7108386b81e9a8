-police = La policía
report-RECEIVED = Recibido. { -police } lo tiene.
report-ACKNOWLEDGED = { -police } lo ha leído.
report-IN_PROGRESS = { -police } trabaja en ello.
report-RESOLVED = { -police } ha actuado.
report-REJECTED = { -police } no lo aceptó.
report-REFERRED = Corresponde a otra oficina.
report-REOPENED = Abierto de nuevo.

alert-RAISED = Enviado. Nadie ha respondido todavía: llame también si puede.
alert-ACKNOWLEDGED = { -police } lo ha visto.
alert-RESPONDING = La ayuda está en camino.
alert-RESOLVED = { -police } lo ha cerrado.
alert-CANCELLED = Usted lo canceló.
alert-FALSE_ALARM = Usted dijo que fue una falsa alarma.

number-ALL = Toda emergencia
number-POLICE = Policía
number-FIRE = Bomberos
number-AMBULANCE = Ambulancia
number-WOMEN = Línea de ayuda a mujeres
number-CHILDREN = Línea de ayuda a menores
number-ELDERS = Línea de ayuda a mayores
number-CYBER_CRIME = Delitos informáticos
number-CRISIS = Línea de crisis
number-CONTROL_ROOM = Sala de control
number-CITY_SERVICES = Servicios de la ciudad
