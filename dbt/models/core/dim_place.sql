-- The places that agencies serve, with the province and the place above. Not here: places of which no agency is
-- registered.
with registered as (
    select
        place_code,
        place,
        level,
        row_number() over (partition by place_code order by valid_from desc, agency_id asc) as newest
    from {{ ref('stg_agencies') }}
    where place_code is not null
),

places as (
    select
        place_code,
        place,
        level,
        substr(place_code, 1, 2) || '0000' as province_code,
        -- GB/T 2260: two digits for the province, two for the prefecture, two for the county; GB/T 10114 has three
        -- more for a township.
        case
            when length(place_code) > 6 then substr(place_code, 1, 6)
            when substr(place_code, 3, 4) = '0000' then null
            when substr(place_code, 5, 2) = '00' then substr(place_code, 1, 2) || '0000'
            else substr(place_code, 1, 4) || '00'
        end as parent_place_code
    from registered
    where newest = 1
)

select
    places.place_code,
    places.place,
    places.level,
    places.province_code,
    provinces.province,
    provinces.province_en,
    places.parent_place_code,
    coalesce(parents.place, parent_provinces.province) as parent_place
from places
left join {{ ref('provinces') }} as provinces on places.province_code = provinces.province_code
left join places as parents on places.parent_place_code = parents.place_code
left join {{ ref('provinces') }} as parent_provinces on places.parent_place_code = parent_provinces.province_code
