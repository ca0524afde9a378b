#include "jmap/email_fixture_test.h"

#include <stdlib.h>

#include "base/test.h"
#include "store/email_view.h"
#include "store/object_id.h"

void test_keep(struct test_drive *d, const char *name, const char *format, ...)
{
	char text[200], call[300];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	snprintf(call, sizeof(call), "[['Core/echo', {'text': '%s'}, 'a']]", text);
	jmap_ask(d, call);
	jmap_keep(d, name, "/0/1/text");
}

static bool take_newest(void *context, const struct email_view *e)
{
	*(int64_t *)context = e->id;
	return true;
}

int64_t test_email(struct test_drive *d, const char *name, slice message)
{
	struct buf id;
	int64_t email = 0;

	test_drive_deliver(d, message);
	CHECK(!email_view_each(test_account(&d->accounts, TEST_ACCOUNT), 0, 0,
			       take_newest, &email));
	buf_init(&id, 100);
	object_id_write(OBJECT_EMAIL, TEST_ACCOUNT, email, &id);
	test_keep(d, name, "%.*s", FMT(buf_slice(&id)));
	buf_done(&id);
	return email;
}

void test_call(struct test_drive *d, const char *method, const char *arguments)
{
	struct buf call;

	buf_init(&call, 100'000);
	buf_addf(&call, "[['%s', {'accountId': '$A', %s}, 'a']]%c", method, arguments, 0);
	jmap_ask(d, buf_slice(&call).p);
	buf_done(&call);
}
