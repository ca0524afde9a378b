#include "server/forwarding.h"

#include "base/dns_answer.h"
#include "base/utf8.h"
#include "base/xtext.h"
#include "message/address.h"
#include "smtp/dsn.h"
#include "smtp/limits.h"

static slice key_of(const struct secret_keys *keys)
{
	return (slice){ (const char *)keys->srs, sizeof(keys->srs) };
}

static bool is_ours(const struct arrival *d, const struct forwarded *f)
{
	const struct directory *directory = directory_get(d->server->store);
	bool ours = is_our_domain(f->config, directory, f->domain);

	directory_put(directory);
	return ours;
}

/* A sender that does not fit into an address of ours keeps its own. */
static slice rewrite(const struct forwarded *f, slice alias, struct arena *arena)
{
	const slice key = key_of(f->keys);
	const struct srs_keys keys = { &key, 1 };
	struct buf local, address;
	slice domain = alias, ret = f->reverse_path;

	buf_init(&local, SRS_LOCAL_MAX);
	buf_init(&address, ADDRESS_MAX);
	take_until(&domain, '@', &(slice){ 0 });
	if (srs_forward(&keys, f->local, f->domain, f->now, &local) &&
	    addr_spec_write(buf_slice(&local), domain, &address) &&
	    address.n + 2 <= SMTP_PATH_MAX &&
	    !arena_copy(arena, buf_slice(&address), &ret))
		ret = f->reverse_path;
	buf_done(&address);
	buf_done(&local);
	return ret;
}

static slice reverse_path_of(const struct arrival *d, const struct route *route,
			     const struct forwarded *f, struct arena *arena)
{
	if (f->reverse_path.n == 0) return S("");
	if (route->owner.n) return route->owner;
	return is_ours(d, f) ? f->reverse_path : rewrite(f, route->alias, arena);
}

static unsigned notify_of(const struct route *route, const struct forwarded *f)
{
	unsigned left = f->notify & ~(unsigned)NOTIFY_SUCCESS;

	if (route->owner.n) return 0;
	if (route->remote_count + route->account_count == 1) return f->notify;
	return f->notify && !left ? NOTIFY_NEVER : left;
}

/* Where the sender named none, the address that it wrote to: reports from beyond would
 * tell it of one that it does not know (RFC 3461 5.2.1). Of several nothing is told. */
static slice original_of(const struct route *route, const struct forwarded *f,
			 struct arena *arena)
{
	slice ret = f->original;
	struct buf text;

	if (route->remote_count + route->account_count != 1) return S("");
	if (f->original.n || !is_ascii(f->recipient)) return ret;
	buf_init(&text, DSN_ORCPT_MAX);
	buf_add(&text, S("rfc822;"));
	if (xtext_write(&text, f->recipient) &&
	    !arena_copy(arena, buf_slice(&text), &ret))
		ret = S("");
	buf_done(&text);
	return ret;
}

bool forward_add(struct arrival *d, const struct route *route, const struct forwarded *f,
		 struct arena *arena, struct arrival_target **ret)
{
	struct arrival_way way = { .alias = route->alias,
				   .reverse_path = reverse_path_of(d, route, f, arena) };
	struct queue_target t = { .notify = notify_of(route, f),
				  .original = original_of(route, f, arena) };
	struct buf destination;
	bool good = true;

	buf_init(&destination, DNS_NAME_MAX);
	for (uint32_t i = 0; good && i < route->remote_count; i++) {
		buf_reset(&destination);
		queue_destination_of(route->remote[i], &destination);
		t.destination = buf_slice(&destination);
		t.address = route->remote[i];
		ret[i] = arrival_add_remote(d, &way, &t);
		good = ret[i];
	}
	buf_done(&destination);
	return good;
}

enum srs_outcome forward_find_sender(const struct secret_keys *secret, slice local,
				     int64_t now, struct arena *arena, slice *ret)
{
	const slice key = key_of(secret);
	const struct srs_keys keys = { &key, 1 };
	struct buf sender, domain, address;
	enum srs_outcome outcome;

	buf_init(&sender, ADDRESS_MAX);
	buf_init(&domain, ADDRESS_MAX);
	buf_init(&address, ADDRESS_MAX);
	outcome = srs_reverse(&keys, local, now, &sender, &domain);
	if (outcome == SRS_OK &&
	    (!addr_spec_write(buf_slice(&sender), buf_slice(&domain), &address) ||
	     !arena_copy(arena, buf_slice(&address), ret)))
		outcome = SRS_FORGED;
	buf_done(&address);
	buf_done(&domain);
	buf_done(&sender);
	return outcome;
}
