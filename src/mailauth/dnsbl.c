#include "mailauth/dnsbl.h"

#include "base/buf.h"

/* The reversed octets or nibbles (RFC 5782 2.1, 2.4) below the zone. */
static bool write_name(struct ip ip, slice zone, struct arena *arena, slice *ret)
{
	slice suffix = ip.n == IP4_OCTETS ? S("in-addr.arpa") : S("ip6.arpa");
	char room[IP_REVERSE_MAX];
	slice reversed = ip_reverse_name(ip, room);
	struct buf name;
	bool good;

	buf_init(&name, DNS_NAME_MAX);
	buf_add(&name, slice_head(reversed, reversed.n - suffix.n));
	good = buf_add(&name, zone) && arena_copy(arena, buf_slice(&name), ret);
	buf_done(&name);
	return good;
}

static bool is_listing(slice address)
{
	return address.n == IP4_OCTETS && address.p[0] == 127 &&
	       !((uint8_t)address.p[1] == 255 && (uint8_t)address.p[2] == 255);
}

static bool lists(const struct dns_answer *a)
{
	for (uint32_t i = 0; a->status == DNS_FOUND && i < a->count; i++)
		if (is_listing(a->records[i].data)) return true;
	return false;
}

bool dnsbl_find(struct ip ip, const slice *zones, uint32_t count,
		const struct dns_answers *known, struct arena *arena, slice *ret_zone,
		struct dns_question *ret_lacking)
{
	ip = ip_unmapped(ip);
	*ret_zone = S("");
	for (uint32_t i = 0; i < count; i++) {
		struct dns_question q = { .type = DNS_A };
		const struct dns_answer *a;

		if (!write_name(ip, zones[i], arena, &q.name)) continue;
		a = dns_answers_find(known, q);
		if (!a) {
			*ret_lacking = q;
			return false;
		}
		if (!lists(a)) continue;
		*ret_zone = zones[i];
		break;
	}
	return true;
}
