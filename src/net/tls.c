#include "net/tls.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "net/tls_context.h"
#include "net/tls_fault.h"

enum { HOST_MAX = 255 }; /* octets of a host name (RFC 1035 2.3.4) */

/* One host name, maybe a wildcard, and whose certificate answers for it. */
struct entry {
	const char *name; /* in set->names */
	size_t context;
};

/* What was loaded together. Contexts are counted by OpenSSL: connections keep theirs. */
struct set {
	SSL_CTX **contexts;
	struct tls_names *names; /* of each context */
	size_t count;
	struct entry *entries; /* sorted by name; of equal ones the first loaded */
	size_t entry_count;
};

struct tls {
	pthread_mutex_t lock; /* guards set */
	struct set *set;      /* NULL until loaded */
	struct tls_tickets *tickets;
};

struct tls *tls_new(void)
{
	struct tls *t = calloc(1, sizeof(*t));

	assert(t);
	pthread_mutex_init(&t->lock, NULL);
	t->tickets = tls_tickets_new();
	return t;
}

static void set_free(struct set *s)
{
	if (!s) return;
	for (size_t i = 0; i < s->count; i++) {
		SSL_CTX_free(s->contexts[i]);
		tls_names_done(&s->names[i]);
	}
	free(s->contexts);
	free(s->names);
	free(s->entries);
	free(s);
}

void tls_free(struct tls *t)
{
	if (!t) return;
	set_free(t->set);
	tls_tickets_free(t->tickets);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

struct tls_tickets *tls_tickets_of(const struct tls *t)
{
	return t->tickets;
}

/* ---- loading ---- */

static struct set *set_new(size_t room)
{
	struct set *s = calloc(1, sizeof(*s));

	assert(s);
	s->contexts = calloc(room, sizeof(SSL_CTX *));
	s->names = calloc(room, sizeof(*s->names));
	assert(s->contexts && s->names);
	return s;
}

static bool add_source(struct set *s, const struct tls_source *source,
		       const char *client_ca, struct buf *fault)
{
	SSL_CTX *ctx = tls_context_new(source, client_ca, fault);

	if (!ctx) return false;
	s->contexts[s->count] = ctx;
	if (tls_context_names(ctx, &s->names[s->count++])) return true;
	tls_fault(fault,
		  source->certificate_file ? source->certificate_file : "in memory",
		  "has too many names");
	return false;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order) return order;
	return x->context < y->context ? -1 : x->context > y->context;
}

static void index_names(struct set *s)
{
	size_t total = 0;

	for (size_t i = 0; i < s->count; i++)
		total += s->names[i].count;
	s->entries = calloc(total + 1, sizeof(*s->entries));
	assert(s->entries);
	for (size_t i = 0; i < s->count; i++)
		for (size_t j = 0; j < s->names[i].count; j++)
			s->entries[s->entry_count++] =
				(struct entry){ s->names[i].name[j], i };
	qsort(s->entries, total, sizeof(*s->entries), compare_entries);
}

bool tls_load(struct tls *t, const struct tls_source *sources, size_t count,
	      const char *client_ca_file, struct buf *fault)
{
	struct set *s = set_new(count + 1), *old;
	bool ok = count > 0;

	if (!ok) tls_fault(fault, "tls", "no certificate is named");
	for (size_t i = 0; ok && i < count; i++)
		ok = add_source(s, &sources[i], client_ca_file, fault);
	if (!ok) {
		set_free(s);
		return false;
	}
	index_names(s);
	pthread_mutex_lock(&t->lock);
	old = t->set;
	t->set = s;
	pthread_mutex_unlock(&t->lock);
	set_free(old);
	return true;
}

/* ---- choosing ---- */

/* The first entry of that name. */
static const struct entry *find_entry(const struct set *s, const char *name)
{
	size_t low = 0, high = s->entry_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(s->entries[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == s->entry_count || strcmp(s->entries[low].name, name) != 0) return NULL;
	return &s->entries[low];
}

/* Exact, then with `*` for the first label and no more (RFC 6125 6.4.3). */
static const struct entry *find_host(const struct set *s, slice host)
{
	char name[HOST_MAX + 1];
	const struct entry *e;
	char *dot;

	if (host.n == 0 || host.n > HOST_MAX) return NULL;
	for (size_t i = 0; i < host.n; i++)
		name[i] = lower_ascii(host.p[i]);
	name[host.n] = '\0';
	e = find_entry(s, name);
	dot = strchr(name, '.');
	if (e || !dot || dot == name) return e;
	*--dot = '*';
	return find_entry(s, dot);
}

SSL_CTX *tls_find(struct tls *t, slice host)
{
	SSL_CTX *ctx = NULL;

	pthread_mutex_lock(&t->lock);
	if (t->set) {
		const struct entry *e = find_host(t->set, host);

		ctx = t->set->contexts[e ? e->context : 0];
		SSL_CTX_up_ref(ctx);
	}
	pthread_mutex_unlock(&t->lock);
	return ctx;
}
