#include "jmap/write_test.h"

#include <stdlib.h>

#include "base/clock.h"
#include "jmap/binary.h"
#include "message/mime.h"
#include "store/document.h"
#include "store/email_view.h"
#include "store/object_id.h"
#include "store/upload.h"

enum { TEXT_MAX = 4 * 1024 * 1024 };

static struct account *begin(struct test_drive *d)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);

	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	return a;
}

/* The request's harness keeps what an answer has: so there is one. */
static void keep(struct test_drive *d, const char *name, slice id)
{
	char call[400];

	snprintf(call, sizeof(call), "[['Core/echo', {'id': '%.*s'}, 'a']]", FMT(id));
	jmap_ask(d, call);
	jmap_keep(d, name, "/0/1/id");
}

static void keep_object(struct test_drive *d, const char *name, enum object_kind kind,
			int64_t number)
{
	struct buf id;

	buf_init(&id, 100);
	object_id_write(kind, TEST_ACCOUNT, number, &id);
	keep(d, name, buf_slice(&id));
	buf_done(&id);
}

static void add_mailboxes(struct test_drive *d)
{
	struct account *a = begin(d);
	struct mailbox inbox;
	struct arena arena;
	int64_t drafts;

	arena_init(&arena, 100000);
	CHECK_INT(mailbox_find(a, S("INBOX"), &arena, &inbox), ERR_NONE);
	CHECK_INT(mailbox_create(a, S("Drafts"), USE_DRAFTS, &drafts), ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	keep_object(d, "inbox", OBJECT_MAILBOX, inbox.id);
	keep_object(d, "drafts", OBJECT_MAILBOX, drafts);
	arena_done(&arena);
}

static void add_identity(struct test_drive *d, const char *name, slice value)
{
	struct account *a = begin(d);
	int64_t id;

	CHECK_INT(document_add(a, DOCUMENT_IDENTITY, value, &id), ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	keep_object(d, name, OBJECT_IDENTITY, id);
}

void write_test_init(struct test_drive *d)
{
	test_drive_init(d);
	add_mailboxes(d);
	add_identity(d, "identity", S("{\"name\":\"Jo\",\"email\":\"jo@example.test\"}"));
	add_identity(d, "any", S("{\"name\":\"\",\"email\":\"*@jo.example.test\"}"));
}

slice write_test_message(struct test_drive *d, const char *pointer)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);
	slice id = slice_of(jmap_text_at(d, pointer));
	int64_t email = -1;
	struct body *body;
	struct buf out;

	CHECK(take_object_id(&id, OBJECT_EMAIL, TEST_ACCOUNT, &email));
	CHECK_INT(body_open(a, email, &body), ERR_NONE);
	buf_init(&out, TEXT_MAX);
	CHECK(body_append(body, 0, body_size(body), &out));
	body_close(body);
	return buf_slice(&out);
}

void write_test_field(slice message, const char *name, const char *value)
{
	const struct header_field *f;
	struct arena arena;

	arena_init(&arena, MIME_ARENA_MAX);
	f = mime_find_field(&mime_parse(&arena, message)->parts[0], slice_of(name));
	CHECK_INT(f != NULL, value != NULL);
	if (f) CHECK_SLICE(f->value, slice_of(value));
	arena_done(&arena);
}

void write_test_upload(struct test_drive *d, const char *name, slice content)
{
	struct account *a = test_account(&d->accounts, TEST_ACCOUNT);
	struct incoming *m = incoming_new(account_store(a));
	struct buf id;
	int64_t upload;

	CHECK_INT(incoming_add(m, content), ERR_NONE);
	CHECK_INT(incoming_finish(m), ERR_NONE);
	begin(d);
	CHECK_INT(upload_put(a, m, clock_now(), &upload), ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	incoming_free(m);
	buf_init(&id, 100);
	binary_id_of_upload(TEST_ACCOUNT, upload, &id);
	keep(d, name, buf_slice(&id));
	buf_done(&id);
}
