#include "sasl/credential.h"

#include <string.h>

struct scram_salt credential_salt(const slice *scram_texts, size_t count)
{
	struct scram_keys keys;

	for (size_t i = 0; i < count; i++)
		for (int h = 0; h < SCRAM_HASHES; h++)
			if (scram_keys_read(scram_texts[i], (enum scram_hash)h, &keys))
				return keys.salt;
	return scram_salt_new();
}

void credential_wipe(struct credential *c)
{
	explicit_bzero(c, sizeof(*c));
}

/* The keys of all hashes, as text. */
static enum err make_scram(slice password, const struct scram_salt *salt,
			   char ret[SCRAM_TEXT_MAX])
{
	struct buf text;
	struct scram_keys keys;
	bool ok = true;

	buf_init(&text, SCRAM_TEXT_MAX - 1);
	for (int h = 0; h < SCRAM_HASHES && ok; h++) {
		ok = scram_derive((enum scram_hash)h, password, salt, &keys);
		scram_keys_write(&text, (enum scram_hash)h, &keys);
	}
	ok = ok && !text.overflow;
	memset(ret, 0, SCRAM_TEXT_MAX);
	if (ok) memcpy(ret, buf_slice(&text).p, text.n);
	buf_wipe(&text);
	explicit_bzero(&keys, sizeof(keys));
	return ok ? ERR_NONE : ERR_INTERNAL;
}

static enum err make(slice password, enum password_cost cost,
		     const struct scram_salt *salt, struct credential *ret)
{
	enum err e = password_hash(password, cost, ret->hash);

	return e ? e : make_scram(password, salt, ret->scram);
}

enum err credential_of_account(slice password, const struct scram_salt *salt,
			       struct credential *ret)
{
	struct credential c = { 0 };
	enum err e = make(password, PASSWORD_CHOSEN, salt, &c);

	if (!e) *ret = c;
	credential_wipe(&c);
	return e;
}

enum err credential_of_app(slice password, const struct scram_salt *salt,
			   const struct secret_keys *keys, slice context,
			   struct credential *ret)
{
	struct credential c = { 0 };
	enum err e = make(password, PASSWORD_GENERATED, salt, &c);

	if (!e) e = secret_seal(keys, context, password, &c.secret);
	if (!e) *ret = c;
	credential_wipe(&c);
	return e;
}
