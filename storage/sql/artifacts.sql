-- name: hold
-- Let nobody else add an artifact until the transaction ends; readers go on.
lock table artifacts in share row exclusive mode;

-- name: last
-- The last version's checksum, and what its bytes hash to now.
select sha256, format, encode(sha256(body), 'hex') as found
from artifacts
where name = $1
order by version desc
limit 1;

-- name: add
-- Append the next version.
insert into artifacts (name, version, fitted_at, seen_until, sha256, format, body, metrics)
select $1::text, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7
from artifacts
where name = $1
returning version;

-- name: versions
-- The versions there are of an artifact, newest first.
select version from artifacts where name = $1 order by version desc;

-- name: read
-- One version.
select version, fitted_at, seen_until, sha256, format, body, metrics
from artifacts
where name = $1 and version = $2;

-- name: newest
-- The newest version of every artifact.
select name, max(version) as version from artifacts group by name order by name;
