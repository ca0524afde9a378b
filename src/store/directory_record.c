#include <string.h>

#include "store/directory_snapshot.h"

void account_key_write(int64_t id, char ret[ACCOUNT_KEY_SIZE])
{
	for (int i = 0; i < ACCOUNT_KEY_SIZE; i++)
		ret[i] = (char)(id >> (8 * (ACCOUNT_KEY_SIZE - 1 - i)));
}

/* Copies s to *at, which moves behind the copy. */
static slice put_copy(char **at, slice s)
{
	slice copy = { *at, s.n };

	if (s.n) memcpy(*at, s.p, s.n);
	*at += s.n;
	return copy;
}

static size_t credential_octets(const struct stored_credential *c)
{
	return c->name.n + c->hash.n + c->scram.n + c->sealed.n;
}

static void copy_credential(struct stored_credential *to,
			    const struct stored_credential *from, char **at)
{
	*to = *from;
	to->name = put_copy(at, from->name);
	to->hash = put_copy(at, from->hash);
	to->scram = put_copy(at, from->scram);
	to->sealed = put_copy(at, from->sealed);
}

struct account_record *account_record_new(const struct account_view *view)
{
	size_t count = view->credential_count, octets = view->address.n;
	struct account_record *r;
	char *at;

	for (size_t i = 0; i < count; i++)
		octets += credential_octets(&view->credentials[i]);
	r = record_new(sizeof(*r) + count * sizeof(r->credentials[0]) + octets);
	at = (char *)&r->credentials[count];
	r->view = *view;
	r->view.address = put_copy(&at, view->address);
	r->view.credentials = r->credentials;
	account_key_write(view->id, r->id_key);
	for (size_t i = 0; i < count; i++) {
		copy_credential(&r->credentials[i], &view->credentials[i], &at);
		r->secrets += view->credentials[i].sealed.n > 0;
	}
	return r;
}

struct alias_record *alias_record_new(const struct alias_view *view)
{
	size_t octets = view->address.n;
	struct alias_record *r;
	char *at;

	for (uint32_t i = 0; i < view->target_count; i++)
		octets += view->targets[i].n;
	r = record_new(sizeof(*r) + view->target_count * sizeof(r->targets[0]) + octets);
	at = (char *)&r->targets[view->target_count];
	r->view = *view;
	r->view.address = put_copy(&at, view->address);
	r->view.targets = r->targets;
	for (uint32_t i = 0; i < view->target_count; i++)
		r->targets[i] = put_copy(&at, view->targets[i]);
	return r;
}
