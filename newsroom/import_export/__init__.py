"""Import and export of entities as CSV and XLSX. An import is previewed row by row before it is applied."""
