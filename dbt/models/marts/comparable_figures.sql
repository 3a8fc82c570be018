-- The figures that count the same on both forms, leaf cells only, one row a report, row and column: what a series
-- over the years or a sum over applicants may be made of. Not here: printed totals (comparable_totals), what does
-- not compare (comparability).
{{ unified_cells('not cells.is_total') }}
