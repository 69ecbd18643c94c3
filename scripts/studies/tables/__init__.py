"""Tables of many problems beside published values.

``work``        one piece of work: the answer for one data set, a mixed volume, some draws
``estimate``    about how much work a piece is
``run``         the pieces spread over processes within a time limit
``document``    the table as a document
``difference``  what explains a difference from a published value
"""
