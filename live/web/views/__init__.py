"""The pages, one module each: `show()` draws the page whenever Streamlit runs it.

`page.py` puts them into the navigation. `parts.py` holds what several pages show. pandas and Altair take over two
seconds to import, so a page imports them only where it draws a table or a chart.
"""
