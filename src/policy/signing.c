#include "policy/signing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "mailauth/dkim.h"
#include "mailauth/dmarc.h"
#include "mailauth/header_list.h"

enum { SIGNING_ARENA_MAX = 4 * 1024 * 1024, PIECE = 64 * 1024 };

/* <data>/dkim/<selector>.<domain>.pem, NUL-ended. */
static void write_path(slice data, slice selector, slice domain, struct buf *path)
{
	buf_init(path, PATH_MAX);
	buf_addf(path, "%.*s/dkim/%.*s.%.*s.pem", FMT(data), FMT(selector), FMT(domain));
	buf_add_char(path, '\0');
}

static struct signing_key *load_key(slice data, slice selector, slice domain)
{
	struct signing_key *key = NULL;
	char pem[SIGNING_PEM_MAX];
	struct buf path;

	write_path(data, selector, domain, &path);
	CLEANUP(cleanup_close) int fd = open(path.p, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, pem, sizeof(pem));
	if (n > 0) key = signing_key_read((slice){ pem, (size_t)n });
	if (!key)
		log_event(LOG_WARNING, "dkim.no-key", LOG_STR("file", slice_of(path.p)));
	explicit_bzero(pem, sizeof(pem));
	buf_done(&path);
	return key;
}

/* What all signatures of a message are made over. */
struct signed_message {
	struct arena arena;
	struct header_list list;
	struct body_hashes *hashes;
	int whole_body;
};

static bool feed_body(const struct incoming *m, uint64_t from, struct body_hashes *h)
{
	char *piece = malloc(PIECE);
	bool good = piece;

	for (uint64_t size = incoming_size(m); good && from < size;) {
		size_t n = size - from < PIECE ? (size_t)(size - from) : PIECE;

		good = incoming_read(m, from, piece, n);
		if (good) body_hashes_feed(h, (slice){ piece, n });
		from += n;
	}
	free(piece);
	body_hashes_finish(h);
	return good;
}

static bool read_message(const struct incoming *m, struct signed_message *ret)
{
	uint64_t header = incoming_mime(m)->parts[0].body_start;
	char *section = header <= SIGNING_HEADER_MAX
				? arena_alloc(&ret->arena, (size_t)header + 1)
				: NULL;

	ret->hashes = body_hashes_new();
	ret->whole_body = body_hashes_want(ret->hashes, CANON_RELAXED, BODY_WHOLE);
	return section && incoming_read(m, 0, section, (size_t)header) &&
	       header_list_parse((slice){ section, (size_t)header }, &ret->arena,
				 &ret->list) &&
	       feed_body(m, header, ret->hashes);
}

static void sign(const struct signed_message *m, const struct config *c, slice selector,
		 slice domain, int64_t now, struct buf *out)
{
	struct signing_key *key = load_key(c->data, selector, domain);
	struct dkim_signing s = {
		.domain = domain, .selector = selector, .key = key, .now = now
	};
	enum err e;

	if (!key) return;
	e = dkim_sign(&s, &m->list, body_hashes_get(m->hashes, m->whole_body), out);
	if (e)
		log_event(LOG_WARNING, "dkim.not-signed", LOG_STR("domain", domain),
			  LOG_ERR("why", e));
	signing_key_free(key);
}

/* Relaxed alignment lets a domain above sign (RFC 9989 4.4.1); but only this host is
 * known to belong to it. */
static const struct domain_config *find_signer(const struct config *c, slice author)
{
	const struct domain_config *d = config_find_domain(c, author);
	bool is_host = slice_eq_nocase(author, c->hostname);
	slice label;

	while (!d && is_host && take_until(&author, '.', &label))
		d = config_find_domain(c, author);
	return d;
}

void signing_write(const struct config *c, const struct incoming *m, int64_t now,
		   struct buf *out)
{
	const struct domain_config *d = NULL;
	struct signed_message all = { 0 };
	slice author;

	arena_init(&all.arena, SIGNING_ARENA_MAX);
	if (dmarc_find_author(incoming_mime(m)->parts, &all.arena, &author))
		d = find_signer(c, author);
	if (d && d->dkim_selectors.count && read_message(m, &all))
		for (uint32_t i = 0; i < d->dkim_selectors.count; i++)
			sign(&all, c, d->dkim_selectors.items[i], d->name, now, out);
	body_hashes_free(all.hashes);
	arena_done(&all.arena);
}

/* The first RSA key: the only kind that seals are sure to be verified by (RFC 8617 4.1.2
 * takes DKIM's algorithms, most verifiers only that one). */
static struct signing_key *
load_seal_key(const struct config *c, const struct domain_config *d, slice *ret_selector)
{
	for (uint32_t i = 0; i < d->dkim_selectors.count; i++) {
		struct signing_key *key =
			load_key(c->data, d->dkim_selectors.items[i], d->name);

		*ret_selector = d->dkim_selectors.items[i];
		if (key && signing_key_type(key) == KEY_RSA) return key;
		signing_key_free(key);
	}
	return NULL;
}

void signing_seal(const struct config *c, slice domain, const struct sealed_message *m,
		  int64_t now, struct buf *out)
{
	const struct domain_config *d = config_find_domain(c, domain);
	struct arc_sealing s = { .now = now, .results = m->results };
	struct signing_key *key;
	enum err e;

	if (!d || !arc_can_seal(m->chain)) return;
	key = load_seal_key(c, d, &s.selector);
	if (!key) return;
	s.key = key;
	s.domain = d->name;
	e = arc_seal(&s, m->chain, m->list, m->body, out);
	if (e)
		log_event(LOG_WARNING, "arc.not-sealed", LOG_STR("domain", d->name),
			  LOG_ERR("why", e));
	signing_key_free(key);
}

bool signing_describe_key(slice data, slice selector, slice domain, struct buf *record,
			  struct buf *zone_line)
{
	struct signing_key *key = load_key(data, selector, domain);
	bool good = key && !signing_key_record(key, record) &&
		    !signing_key_zone_line(key, selector, domain, zone_line);

	signing_key_free(key);
	return good;
}

static bool write_key(const char *path, slice pem, struct buf *fault)
{
	CLEANUP(cleanup_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0 && write(fd, pem.p, pem.n) == (ssize_t)pem.n && fsync(fd) == 0)
		return true;
	buf_addf(fault, "cannot write %s: %s", path, strerror(errno));
	return false;
}

bool signing_make_key(slice data, slice selector, slice domain, enum key_type type,
		      struct buf *zone_line, struct buf *fault)
{
	struct signing_key *key;
	struct buf path, pem;
	bool good = false;

	write_path(data, selector, domain, &path);
	*strrchr(path.p, '/') = '\0';
	mkdir(path.p, 0700); /* there already, or the key cannot be written */
	buf_done(&path);
	write_path(data, selector, domain, &path);
	buf_init(&pem, SIGNING_PEM_MAX);
	if (signing_key_generate(type, &pem) == ERR_NONE &&
	    write_key(path.p, buf_slice(&pem), fault)) {
		key = signing_key_read(buf_slice(&pem));
		good = key && signing_key_zone_line(key, selector, domain, zone_line) ==
				      ERR_NONE;
		signing_key_free(key);
	}
	buf_wipe(&pem);
	buf_done(&path);
	return good;
}
