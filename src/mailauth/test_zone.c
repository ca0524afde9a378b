#include "mailauth/test_zone.h"

#include <stdlib.h>

#include "base/ip.h"

static slice data_of(const struct zone_record *z, struct ip *room)
{
	if (z->type != DNS_A && z->type != DNS_AAAA) return slice_of(z->data);
	if (!ip_parse(slice_of(z->data), room)) abort();
	return (slice){ (const char *)room->octets, room->n };
}

void zone_answer(const struct zone_record *zone, struct dns_question q,
		 struct dns_answers *known)
{
	struct dns_record records[DNS_RECORDS_MAX];
	struct ip rooms[DNS_RECORDS_MAX];
	struct dns_answer a = { .status = DNS_NO_NAME, .records = records };

	for (; zone->name && a.count < DNS_RECORDS_MAX; zone++) {
		if (!slice_eq_nocase(slice_of(zone->name), q.name)) continue;
		if (a.status == DNS_NO_NAME) a.status = DNS_NO_DATA;
		if (zone->type != q.type) continue;
		a.status = zone->data ? DNS_FOUND : DNS_TROUBLE;
		if (!zone->data) break;
		records[a.count] =
			(struct dns_record){ .data = data_of(zone, &rooms[a.count]) };
		a.count++;
	}
	if (!dns_answers_add(known, q, &a)) abort();
}
