-- The printed totals that count the same on both forms, one row a report, row and column: to read and to compare,
-- not to sum. Not here: leaf cells; see comparable_figures.
{{ unified_cells('cells.is_total') }}
