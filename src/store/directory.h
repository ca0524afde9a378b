/*
 * directory.h - accounts, their addresses and credentials, aliases
 *
 * Kept in directory.db; read from an immutable snapshot that each change
 * replaces, so that RCPT and login never wait. Addresses are lower-case
 * "local@domain" with U-label domains; matching ignores ASCII case in the
 * local part. Domains and policy live in the configuration, not here.
 *
 * All functions are safe from any thread; changes wait for each other and for
 * the disk: call them on a worker.
 */
#pragma once

#include "base/slice.h"
#include "store/quota.h"
#include "store/store.h"

struct directory;         /* a snapshot, counted */
struct directory_account; /* one account in it */

enum { ADDRESS_MAX = 320, CREDENTIALS_MAX = 100, ALIAS_TARGETS_MAX = 1000 };

/* What proves a login. The texts are sasl's; the store only keeps them. */
struct stored_credential {
	int64_t id;
	bool is_app;     /* an app password; else the account's own */
	slice name;      /* of an app password: the device */
	slice hash;      /* of the password (crypt format) */
	slice scram;     /* SCRAM keys, serialised */
	slice sealed;    /* the recoverable secret of an app password, sealed; or empty */
	int64_t created; /* UNIX seconds */
};

struct account_view {
	int64_t id;
	slice address;
	int64_t generation; /* grows with every change of its credentials */
	struct quota quota; /* may be QUOTA_OF_SITE */
	const struct stored_credential *credentials; /* its own first */
	uint32_t credential_count;
};

struct alias_view {
	slice address;
	const slice *targets;
	uint32_t target_count;
};

/* A snapshot is valid until it is put back. */
const struct directory *directory_get(struct store *s);
void directory_put(const struct directory *d);

bool directory_find_account(const struct directory *d, slice address,
			    struct account_view *ret);
bool directory_find_account_by_id(const struct directory *d, int64_t id,
				  struct account_view *ret);
bool directory_find_alias(const struct directory *d, slice address,
			  struct alias_view *ret);
/* Whether any account or alias lives in the domain. */
bool directory_has_domain(const struct directory *d, slice domain);
/* Whether any credential has a sealed secret: then CRAM-MD5 and APOP can work at all. */
bool directory_has_secrets(const struct directory *d);
/* In order of their addresses; at >= the count: false. */
bool directory_account_at(const struct directory *d, uint32_t at,
			  struct account_view *ret);
bool directory_alias_at(const struct directory *d, uint32_t at, struct alias_view *ret);

/* ERR_EXISTS when an account or alias has the address, ERR_MALFORMED for a bad one. */
enum err directory_add_account(struct store *s, slice address,
			       const struct stored_credential *own, int64_t *ret_id);
/* Its mail stays until account_remove: first its sessions and its actor have to end. */
enum err directory_delete_account(struct store *s, slice address);
enum err directory_set_password(struct store *s, slice address,
				const struct stored_credential *own);
/* Counts at once, for running sessions too. Values below QUOTA_OF_SITE: ERR_MALFORMED. */
enum err directory_set_quota(struct store *s, slice address, const struct quota *limits);
enum err directory_add_app(struct store *s, slice address,
			   const struct stored_credential *app);
enum err directory_delete_app(struct store *s, slice address, slice name);
enum err directory_set_alias(struct store *s, slice address, const slice *targets,
			     uint32_t count);
enum err directory_delete_alias(struct store *s, slice address);
