"""The pages, one module each. Streamlit runs a page by calling its `show()`.

`page.py` puts them into the navigation. `parts.py` holds the elements that several pages show. pandas and Altair take
over two seconds to import, so a page imports them only when it draws a table or a chart.
"""
