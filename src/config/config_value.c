#include "config/config_keys.h"

#include <string.h>

#include "base/https_url.h"
#include "net/netaddr.h"

/* What a value may look like, for the mend in a fault. */
static const char *const mends[] = {
	[VALUE_TEXT] = "write something behind the =",
	[VALUE_TEXTS] = "write something behind the =",
	[VALUE_URL] = "write an address, as https://id.example.org/introspect",
	[VALUE_HOST] = "write a full host name, as mail.example.org",
	[VALUE_ADDRESS] = "write an address, as postmaster@example.org",
	[VALUE_SWITCH] = "write yes or no",
	[VALUE_COUNT] = "write a number, as 100",
	[VALUE_SIZE] = "write a size, as 50M (K, M, G, T)",
	[VALUE_DURATION] = "write a time, as 30s, 5m, 2h or 5d",
	[VALUE_CHOICE] = "write one of its choices",
	[VALUE_LISTEN] = "write HOST:PORT, *:PORT, [IPV6]:PORT or unix:/PATH",
	[VALUE_ENDPOINT] = "write ADDRESS:PORT, [IPV6]:PORT or unix:/PATH",
	[VALUE_HOP] = "write HOST, HOST:PORT, [IPV6]:PORT or unix:/PATH",
	[VALUE_NETWORK] = "write a network, as 192.0.2.0/24 or 2001:db8::/32",
};

static bool append_text(struct arena *arena, struct slice_list *list, slice value)
{
	slice *grown = arena_alloc_array(arena, list->count + 1, sizeof(*grown));

	if (!grown) return false;
	if (list->count) memcpy(grown, list->items, list->count * sizeof(*grown));
	grown[list->count] = value;
	*list = (struct slice_list){ grown, list->count + 1 };
	return true;
}

static enum service_kind find_service(const char *key)
{
	enum service_kind s = 0;

	while (s < SERVICE_COUNT && strcmp(service_name(s), key) != 0)
		s++;
	return s;
}

static bool append_listen(struct arena *arena, struct listen_list *list,
			  enum service_kind service, slice address)
{
	struct listen_config *grown =
		arena_alloc_array(arena, list->count + 1, sizeof(*grown));

	if (!grown) return false;
	if (list->count) memcpy(grown, list->items, list->count * sizeof(*grown));
	grown[list->count] = (struct listen_config){ service, address };
	*list = (struct listen_list){ grown, list->count + 1 };
	return true;
}

static bool is_host_char(char c)
{
	return is_alpha(c) || is_digit(c) || c == '-' || c == '.' ||
	       (unsigned char)c >= 0x80;
}

static bool is_host(slice s)
{
	if (s.n == 0 || s.n > 253 || s.p[0] == '.' || s.p[0] == '-') return false;
	for (size_t i = 0; i < s.n; i++)
		if (!is_host_char(s.p[i])) return false;
	return true;
}

static bool is_address(slice s)
{
	slice local;

	return take_until(&s, '@', &local) && local.n && is_host(s);
}

static bool is_url(slice s)
{
	slice host, path;
	uint16_t port;

	return https_url_split(s, &host, &port, &path);
}

/* HOST:PORT, *:PORT, [V6]:PORT, unix:/PATH; the host may not be left out. */
bool config_is_listen_address(slice s)
{
	struct endpoint e;

	return endpoint_parse(s, &e) && slice_find_char(s, ':') < s.n && s.p[0] != ':';
}

/* That one can connect to. */
static bool is_endpoint(slice s)
{
	struct endpoint e;

	return endpoint_parse(s, &e) && !e.any &&
	       (e.address.kind == NETADDR_UNIX || e.address.port);
}

static bool is_port_behind_colon(slice s)
{
	uint32_t port;

	return take_char(&s, ':') && take_u32(&s, &port) && s.n == 0 && port > 0 &&
	       port <= UINT16_MAX;
}

/* HOST, HOST:PORT, ADDRESS:PORT, [IPV6], [IPV6]:PORT or unix:/PATH. */
static bool is_hop(slice s)
{
	struct netaddr address;
	struct endpoint e;
	slice host;

	if (slice_starts(s, S("unix:"))) return endpoint_parse(s, &e);
	if (take_char(&s, '['))
		return take_until(&s, ']', &host) && netaddr_parse(host, &address) &&
		       address.kind == NETADDR_V6 &&
		       (s.n == 0 || is_port_behind_colon(s));
	host = slice_head(s, slice_find_char(s, ':'));
	s = slice_skip(s, host.n);
	return is_host(host) && (s.n == 0 || is_port_behind_colon(s));
}

static bool take_network(slice *in, slice *ret)
{
	struct network network;

	*in = slice_trim(*in);
	return take_word(in, ret) && network_parse(*ret, &network);
}

static bool append_networks(struct arena *arena, struct slice_list *list, slice value)
{
	while (value.n) {
		slice network;

		if (!take_network(&value, &network) || !append_text(arena, list, network))
			return false;
		value = slice_trim(value);
	}
	return true;
}

struct unit {
	char letter;
	int64_t factor;
};

static const struct unit size_units[] = { { 'K', 1024 },
					  { 'M', 1024 * 1024 },
					  { 'G', 1 << 30 },
					  { 'T', 1LL << 40 },
					  { 0, 0 } };
static const struct unit time_units[] = { { 's', 1 },     { 'm', 60 },     { 'h', 3600 },
					  { 'd', 86400 }, { 'w', 604800 }, { 0, 0 } };

static bool read_number(slice value, const struct unit *units, int64_t *ret)
{
	uint64_t number;
	int64_t factor = 1;

	if (!take_u64(&value, &number) || number > INT64_MAX) return false;
	for (; units && value.n && units->letter; units++) {
		if (!take_char(&value, units->letter)) continue;
		factor = units->factor;
		break;
	}
	return value.n == 0 && !__builtin_mul_overflow((int64_t)number, factor, ret);
}

bool config_read_size(slice value, int64_t *ret)
{
	return read_number(value, size_units, ret);
}

static bool read_switch(slice value, int64_t *ret)
{
	if (!slice_eq_nocase(value, S("yes")) && !slice_eq_nocase(value, S("no")))
		return false;
	*ret = slice_eq_nocase(value, S("yes"));
	return true;
}

static bool read_choice(slice value, slice choices, int64_t *ret)
{
	for (int64_t index = 0; choices.n; index++) {
		size_t bar = slice_find_char(choices, '|');

		if (slice_eq_nocase(value, slice_head(choices, bar))) {
			*ret = index;
			return true;
		}
		choices = slice_skip(choices, bar + 1);
	}
	return false;
}

static bool set(struct arena *arena, const struct config_key *key, slice value,
		void *field)
{
	slice *text = field;

	switch (key->type) {
	case VALUE_HOST:
		if (!is_host(value)) return false;
		*text = value;
		return true;
	case VALUE_URL:
		if (!is_url(value)) return false;
		*text = value;
		return true;
	case VALUE_ADDRESS:
		if (!is_address(value)) return false;
		*text = value;
		return true;
	case VALUE_TEXT:
		*text = value;
		return value.n;
	case VALUE_TEXTS:
		return value.n && append_text(arena, field, value);
	case VALUE_SWITCH:
		return read_switch(value, field);
	case VALUE_COUNT:
		return read_number(value, NULL, field);
	case VALUE_SIZE:
		return config_read_size(value, field);
	case VALUE_DURATION:
		return read_number(value, time_units, field);
	case VALUE_CHOICE:
		return read_choice(value, slice_of(key->choices), field);
	case VALUE_LISTEN:
		return config_is_listen_address(value) &&
		       append_listen(arena, field, find_service(key->name), value);
	case VALUE_ENDPOINT:
		*text = value;
		return is_endpoint(value);
	case VALUE_HOP:
		*text = value;
		return is_hop(value);
	case VALUE_NETWORK:
		return value.n && append_networks(arena, field, value);
	}
	return false;
}

bool config_set_value(struct arena *arena, const struct config_key *key, slice value,
		      void *record, const char **ret_mend)
{
	slice kept;

	if (arena_copy(arena, value, &kept) &&
	    set(arena, key, kept, (char *)record + key->offset))
		return true;
	*ret_mend = key->choices ? key->choices : mends[key->type];
	return false;
}
