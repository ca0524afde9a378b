#include <assert.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/siphash.h"
#include "jmap/arguments.h"
#include "jmap/call_private.h"
#include "jmap/capability.h"
#include "jmap/collation.h"
#include "store/mailbox.h"

void jmap_account_id(int64_t account, struct buf *out)
{
	buf_addf(out, "A%jx", (uintmax_t)account);
}

static json_t *account_id_text(const struct jmap_user *user)
{
	struct buf id;
	json_t *text;

	buf_init(&id, ID_TEXT_MAX);
	jmap_account_id(user->account, &id);
	text = json_slice(buf_slice(&id));
	buf_done(&id);
	return text;
}

/* --- capabilities --- */

static json_t *collation_names(void)
{
	json_t *names = json_array();

	for (size_t i = 0; i < COLLATIONS; i++)
		json_array_append_new(names, json_string(collations[i].name));
	return names;
}

/* (RFC 8620 2) */
static json_t *core_limits(void)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o}", "maxSizeUpload",
			 JMAP_UPLOAD_MAX, "maxConcurrentUpload", JMAP_UPLOADS_AT_ONCE,
			 "maxSizeRequest", JMAP_REQUEST_MAX, "maxConcurrentRequests",
			 JMAP_REQUESTS_AT_ONCE, "maxCallsInRequest", JMAP_CALLS_MAX,
			 "maxObjectsInGet", JMAP_GET_MAX, "maxObjectsInSet", JMAP_SET_MAX,
			 "collationAlgorithms", collation_names());
}

/* (RFC 8621 1.3.1) */
static json_t *mail_account(void)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:[s,s,s,s,s,s,s,s,s], s:b}",
			 "maxMailboxesPerEmail", JMAP_MAILBOXES_PER_EMAIL,
			 "maxMailboxDepth", MAILBOX_LEVELS_MAX, "maxSizeMailboxName",
			 MAILBOX_NAME_MAX, "maxSizeAttachmentsPerEmail",
			 JMAP_ATTACHMENTS_MAX, "emailQuerySortOptions", "receivedAt",
			 "sentAt", "size", "from", "to", "subject", "hasKeyword",
			 "allInThreadHaveKeyword", "someInThreadHaveKeyword",
			 "mayCreateTopLevelMailbox", 1);
}

/* (RFC 8621 1.3.2); FUTURERELEASE has its limit as RFC 4865 3 writes it. */
static json_t *submission_account(const struct jmap_user *user)
{
	json_t *extensions = json_pack("{s:[]}", "DSN");

	if (user->hold_max_s)
		json_object_set_new(
			extensions, "FUTURERELEASE",
			json_pack("[o]", json_sprintf("%u", user->hold_max_s)));
	return json_pack("{s:i, s:o}", "maxDelayedSend", (int)user->hold_max_s,
			 "submissionExtensions", extensions);
}

static json_t *account_capabilities(const struct jmap_user *user)
{
	json_t *all = json_object();

	json_object_set_new(all, capability_names[CAPABILITY_CORE].p, json_object());
	json_object_set_new(all, capability_names[CAPABILITY_MAIL].p, mail_account());
	if (capability_is_given(user, CAPABILITY_SUBMISSION))
		json_object_set_new(all, capability_names[CAPABILITY_SUBMISSION].p,
				    submission_account(user));
	return all;
}

static json_t *server_capability(const struct jmap_user *user, int capability)
{
	if (capability == CAPABILITY_CORE) return core_limits();
	if (capability != CAPABILITY_VAPID) return json_object();
	return json_pack("{s:o}", "applicationServerKey", json_slice(user->push_key));
}

static json_t *server_capabilities(const struct jmap_user *user)
{
	json_t *all = json_object();

	for (int i = 0; i < CAPABILITIES; i++)
		if (capability_is_there(user, (enum jmap_capability)i))
			json_object_set_new(all, capability_names[i].p,
					    server_capability(user, i));
	return all;
}

static json_t *primary_accounts(const struct jmap_user *user)
{
	json_t *all = json_object();

	for (int i = CAPABILITY_CORE + 1; i < CAPABILITIES; i++)
		if (capability_is_given(user, (enum jmap_capability)i))
			json_object_set_new(all, capability_names[i].p,
					    account_id_text(user));
	return all;
}

/* --- the session --- */

static json_t *account_of(const struct jmap_user *user)
{
	return json_pack("{s:o, s:b, s:b, s:o}", "name", json_slice(user->login),
			 "isPersonal", 1, "isReadOnly", 0, "accountCapabilities",
			 account_capabilities(user));
}

/* All but what depends on the base. */
static json_t *session_of(const struct jmap_user *user)
{
	json_t *accounts = json_object(), *id = account_id_text(user);

	json_object_set_new(accounts, json_string_value(id), account_of(user));
	json_decref(id);
	return json_pack("{s:o, s:o, s:o, s:o}", "capabilities",
			 server_capabilities(user), "accounts", accounts,
			 "primaryAccounts", primary_accounts(user), "username",
			 json_slice(user->login));
}

/* A digest of all that may change: the same in every process and at every start. */
static void write_state(const json_t *session, struct buf *out)
{
	static const struct siphash_key key = { 0x6a6d6170, 0x73657373 };
	char *text = json_dumps(session, JSON_COMPACT | JSON_SORT_KEYS);

	assert(text);
	buf_addf(out, "%016jx", (uintmax_t)siphash(&key, slice_of(text)));
	free(text);
}

void session_state_write(const struct jmap_user *user, struct buf *out)
{
	json_t *session = session_of(user);

	write_state(session, out);
	json_decref(session);
}

static void add_url(json_t *session, const char *name, slice base, const char *path)
{
	json_object_set_new(session, name, json_sprintf("%.*s%s", FMT(base), path));
}

static json_t *state_text(const json_t *session)
{
	struct buf state;
	json_t *text;

	buf_init(&state, ID_TEXT_MAX);
	write_state(session, &state);
	text = json_slice(buf_slice(&state));
	buf_done(&state);
	return text;
}

static int add_text(const char *text, size_t n, void *out)
{
	return buf_add(out, (slice){ text, n }) ? 0 : -1;
}

void jmap_session_write(const struct jmap_user *user, slice base, struct buf *out)
{
	json_t *session = session_of(user);

	json_object_set_new(session, "state", state_text(session));
	add_url(session, "apiUrl", base, "/jmap/api");
	add_url(session, "downloadUrl", base,
		"/jmap/download/{accountId}/{blobId}/{name}?accept={type}");
	add_url(session, "uploadUrl", base, "/jmap/upload/{accountId}");
	add_url(session, "eventSourceUrl", base,
		"/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}");
	json_dump_callback(session, add_text, out, JSON_COMPACT); /* out has overflow */
	json_decref(session);
}
