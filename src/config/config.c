#include "config/config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_keys.h"
#include "message/text.h"

enum { DOMAIN_OCTETS = 256 };

struct reader {
	struct config *config;
	const char *name;
	struct buf *faults;
	uint32_t line;
	const struct section_kind *kind;
	enum section section;
	bool in_section; /* false behind a faulty section line: its keys are passed over
			  */
	void *record;    /* where the section's values go */
	bool *given; /* which keys of the table were, of a named section in this record */
};

const char *service_name(enum service_kind s)
{
	static const char *const names[SERVICE_COUNT] = {
		[SERVICE_SMTP] = "smtp",
		[SERVICE_SUBMISSION] = "submission",
		[SERVICE_SUBMISSIONS] = "submissions",
		[SERVICE_LMTP] = "lmtp",
		[SERVICE_IMAP] = "imap",
		[SERVICE_IMAPS] = "imaps",
		[SERVICE_POP3] = "pop3",
		[SERVICE_POP3S] = "pop3s",
		[SERVICE_MANAGESIEVE] = "managesieve",
		[SERVICE_HTTP] = "http",
		[SERVICE_HTTPS] = "https",
	};

	return names[s];
}

static void fault(struct reader *r, const char *what, slice text, const char *mend)
{
	buf_addf(r->faults, "%s:%u: %s `%.*s`; %s\n", r->name, r->line, what,
		 FMT(slice_head(text, 80)), mend);
}

/* Fills in what the table says for keys of a section that were not written. */
static void set_fallbacks(struct arena *arena, enum section section, void *record)
{
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		const char *mend;

		if (key->section != section || !key->fallback) continue;
		config_set_value(arena, key, slice_of(key->fallback), record, &mend);
	}
}

/* A section with a name starts a record, its first member being the name. NULL: no more
 * can be kept. */
static void *add_record(struct reader *r, slice name)
{
	char *base = (char *)r->config;
	void **array = (void **)(void *)(base + r->kind->array);
	uint32_t *count = (uint32_t *)(void *)(base + r->kind->count);
	char *grown =
		arena_alloc_array(&r->config->arena, *count + 1, r->kind->record_size);
	slice kept;

	if (!grown || !arena_copy(&r->config->arena, name, &kept)) return NULL;
	for (size_t i = 0; i < kept.n; i++)
		((char *)(uintptr_t)kept.p)[i] = lower_ascii(kept.p[i]);
	if (*count) memcpy(grown, *array, *count * r->kind->record_size);
	*array = grown;
	void *record = grown + *count * r->kind->record_size;
	*(slice *)record = kept;
	(*count)++;
	for (size_t i = 0; i < config_key_count; i++)
		if (config_keys[i].section == r->section) r->given[i] = false;
	return record;
}

static bool find_section(slice word, enum section *ret)
{
	for (enum section s = SECTION_TLS; s < SECTION_COUNT; s++) {
		if (!slice_eq(slice_of(section_kinds[s].name), word)) continue;
		*ret = s;
		return true;
	}
	return false;
}

/* What no address can have behind its "@" is a fault, and so is the same again. */
static bool check_domain(struct reader *r, slice line, slice name)
{
	struct buf ascii;
	bool good;

	buf_init(&ascii, DOMAIN_OCTETS);
	good = domain_to_ascii(name, &ascii);
	buf_done(&ascii);
	if (!good) {
		fault(r, "bad domain in", line, "write it as example.org");
	} else if (config_find_domain(r->config, name)) {
		fault(r, "domain", line, "given twice; make one section of both");
		good = false;
	}
	return good;
}

static void *start_record(struct reader *r, slice line, slice name)
{
	void *record = NULL;

	if (r->section != SECTION_DOMAIN || check_domain(r, line, name))
		record = add_record(r, name);
	if (record) set_fallbacks(&r->config->arena, r->section, record);
	return record;
}

/* [section] or [section name] */
static void read_section(struct reader *r, slice line)
{
	slice word = { 0 }, rest = line;

	r->in_section = false;
	if (rest.p[rest.n - 1] != ']') {
		fault(r, "unfinished section", line, "end it with ]");
		return;
	}
	rest = slice_trim(slice_skip(slice_head(rest, rest.n - 1), 1));
	if (!take_word(&rest, &word) || !find_section(word, &r->section)) {
		fault(r, "unknown section", line,
		      "see postroom.conf(5) for those there are");
		return;
	}
	rest = slice_trim(rest);
	r->kind = &section_kinds[r->section];
	if (r->kind->named != (rest.n > 0)) {
		fault(r, "section", line,
		      r->kind->named ? "it needs a name" : "it has no name");
		return;
	}
	r->record = r->kind->named ? start_record(r, line, rest) : r->config;
	r->in_section = r->record;
}

static const struct config_key *find_key(enum section section, slice name)
{
	for (size_t i = 0; i < config_key_count; i++)
		if (config_keys[i].section == section &&
		    slice_eq(slice_of(config_keys[i].name), name))
			return &config_keys[i];
	return NULL;
}

static bool may_be_repeated(const struct config_key *key)
{
	return key->type == VALUE_TEXTS || key->type == VALUE_LISTEN ||
	       key->type == VALUE_NETWORK;
}

static bool is_given_twice(struct reader *r, const struct config_key *key)
{
	bool *given = &r->given[key - config_keys], before = *given;

	*given = true;
	return before && !may_be_repeated(key);
}

static void read_pair(struct reader *r, slice line)
{
	slice name, value = line;
	const struct config_key *key;
	const char *mend;

	if (!take_until(&value, '=', &name)) {
		fault(r, "no value in", line, "write key = value");
		return;
	}
	name = slice_trim(name);
	value = slice_trim(value);
	key = find_key(r->section, name);
	if (!key)
		fault(r, "unknown key", name,
		      "see postroom.conf(5) for those of this section");
	else if (is_given_twice(r, key))
		fault(r, "key", name, "given twice; remove one");
	else if (!config_set_value(&r->config->arena, key, value, r->record, &mend))
		fault(r, "bad value", value, mend);
}

/* `#` starts a comment at the line's start or after white space. */
static slice strip_comment(slice line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' &&
		    (i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == '\t'))
			return slice_head(line, i);
	return line;
}

static void read_line(struct reader *r, slice line)
{
	line = slice_trim(strip_comment(line));
	if (line.n == 0) return;
	if (line.p[0] == '[')
		read_section(r, line);
	else if (r->in_section)
		read_pair(r, line);
}

static void read_lines(struct reader *r, slice text)
{
	while (text.n) {
		size_t end = slice_find_char(text, '\n');

		r->line++;
		read_line(r, slice_head(text, end));
		text = slice_skip(text, end + 1);
	}
}

static void check_oauth(struct reader *r)
{
	slice client = r->config->oauth_client;

	if (client.n && !r->config->oauth_introspection.n)
		fault(r, "half a pair in", S("[oauth]"),
		      "write introspection with client");
	if (client.n && slice_find_char(client, ':') == client.n)
		fault(r, "bad value", S("client of [oauth]"), "write ID:SECRET");
}

/* What only the whole file can tell. */
static void check_whole(struct reader *r)
{
	const struct config *c = r->config;

	if (!c->hostname.n)
		fault(r, "missing key", S("hostname"),
		      "write hostname = mail.example.org");
	if (!c->data.n)
		fault(r, "missing key", S("data"), "write data = /var/lib/postroom");
	for (uint32_t i = 0; i < c->milter_count; i++)
		if (!c->milters[i].address.n)
			fault(r, "missing address of [milter]", c->milters[i].name,
			      "write address = 127.0.0.1:11332");
	for (uint32_t i = 0; i < c->route_count; i++)
		if (c->routes[i].protocol == PROTOCOL_LMTP && !c->routes[i].host.n)
			fault(r, "missing host of [route]", c->routes[i].domain,
			      "write host = unix:/run/lmtp, for LMTP has no MX");
	if (!c->tls_certificate.n != !c->tls_key.n)
		fault(r, "half a pair in", S("[tls]"), "write both certificate and key");
	if (c->certificate_count && !c->tls_certificate.n)
		fault(r, "missing key", S("certificate"),
		      "write the one of [tls], for those who ask for no name");
	for (uint32_t i = 0; i < c->certificate_count; i++)
		if (!c->certificates[i].file.n || !c->certificates[i].key.n)
			fault(r, "half a pair in [certificate]", c->certificates[i].name,
			      "write both file and key");
	check_oauth(r);
}

struct config *config_parse(slice text, const char *name, struct buf *faults)
{
	struct config *c = calloc(1, sizeof(*c));
	size_t before = faults->n;

	if (!c) abort();
	arena_init(&c->arena, CONFIG_ARENA_MAX);
	struct reader r = { .config = c,
			    .name = name,
			    .faults = faults,
			    .record = c,
			    .in_section = true,
			    .section = SECTION_TOP,
			    .kind = &section_kinds[SECTION_TOP] };
	r.given = calloc(config_key_count, sizeof(*r.given));
	if (!r.given) abort();
	for (enum section s = SECTION_TOP; s < SECTION_DOMAIN; s++)
		set_fallbacks(&c->arena, s, c);
	read_lines(&r, text);
	check_whole(&r);
	free(r.given);
	if (faults->n == before) return c;
	config_free(c);
	return NULL;
}

static bool read_whole(const char *path, struct buf *text)
{
	FILE *f = fopen(path, "re");
	char piece[4096];
	size_t n;

	if (!f) return false;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		if (!buf_add(text, (slice){ piece, n })) errno = EFBIG;
	bool good = !ferror(f) && !text->overflow;
	fclose(f);
	return good;
}

/* A relative path in the file is meant from the file's own folder. */
static void anchor(struct config *c, const char *path, slice *value)
{
	char full[PATH_MAX];
	const char *slash;
	struct buf joined;

	if (value->n == 0 || value->p[0] == '/' || !realpath(path, full)) return;
	slash = strrchr(full, '/');
	buf_init(&joined, 2 * PATH_MAX);
	buf_add(&joined, (slice){ full, (size_t)(slash - full) + 1 });
	buf_add(&joined, *value);
	if (!arena_copy(&c->arena, buf_slice(&joined), value)) abort();
	buf_done(&joined);
}

static void anchor_all(struct config *c, const char *path)
{
	anchor(c, path, &c->data);
	anchor(c, path, &c->tls_certificate);
	anchor(c, path, &c->tls_key);
	for (uint32_t i = 0; i < c->certificate_count; i++) {
		anchor(c, path, &c->certificates[i].file);
		anchor(c, path, &c->certificates[i].key);
	}
}

struct config *config_load(const char *path, struct buf *faults)
{
	struct buf text;
	struct config *c = NULL;

	buf_init(&text, CONFIG_FILE_MAX);
	if (read_whole(path, &text))
		c = config_parse(buf_slice(&text), path, faults);
	else
		buf_addf(faults, "%s: %s; %s\n", path, strerror(errno),
			 errno == EACCES
				 ? "it must be readable for the user who runs this, a "
				   "server's `user`"
				 : "name a file with --config, or make one with "
				   "`postroom init`");
	if (c) {
		anchor_all(c, path);
	}
	buf_done(&text);
	return c;
}

void config_free(struct config *c)
{
	if (!c) return;
	arena_done(&c->arena);
	free(c);
}

const struct domain_config *config_find_domain(const struct config *c, slice domain)
{
	for (uint32_t i = 0; i < c->domain_count; i++)
		if (slice_eq_nocase(c->domains[i].name, domain)) return &c->domains[i];
	return NULL;
}
