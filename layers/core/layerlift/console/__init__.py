"""The console: CloudWatch custom widgets, rendered on the server as HTML, SVG and CSS.

:func:`layerlift.console.answering.answer` takes the event of a widget and returns its HTML. A
module for each widget reads what it shows by the use cases of :mod:`layerlift.releasing` and makes
a view of it: frozen dataclasses of texts and numbers, which a template in ``templates/`` lays out.
Templates escape whatever they print; none of them can be told not to.
"""
