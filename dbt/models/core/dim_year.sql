-- The report years with their official form and deadlines. Not here: which form a report really used.
select
    year,
    form,
    department_deadline,
    government_deadline
from {{ ref('report_years') }}
