"""What each kind of document says and how a family lays it out: one function a kind, from a story to a drawn document.

- :mod:`hand` dates, amounts and labels as a family writes them; arrangements of a form
- :mod:`cards` licence, identity card, vehicle licence, permit and certificate; :mod:`invoices` VAT and fully digital ones
- :mod:`bank` the statement; :mod:`contracts` prose with parties, amount, term and seals; :mod:`papers` all other forms
- :mod:`words` chat and interview
- :mod:`menu` the function of each kind
"""
