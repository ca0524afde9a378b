#include "base/test.h"
#include "jmap/test_drive.h"

/* "$name" is its id from now on. parent is JSON. */
static void make(struct test_drive *d, const char *name, const char *parent)
{
	char calls[500];

	snprintf(calls, sizeof(calls),
		 "[['Mailbox/set', {'accountId': 'A2', 'create': {'k': {'name': '%s',"
		 " 'parentId': %s}}}, 's']]",
		 name, parent);
	jmap_ask(d, calls);
	jmap_keep(d, name, "/0/1/created/k/id");
}

static void begin(struct test_drive *d)
{
	test_drive_init(d);
	jmap_ask(d, "[['Mailbox/get', {'accountId': '$A', 'ids': null}, '0']]");
	jmap_keep(d, "inbox", "/0/1/list/0/id");
	jmap_keep(d, "state", "/0/1/state");
}

/* RFC 8621 2.6 */
TEST(mailbox_get_of_all)
{
	struct test_drive d;

	begin(&d);
	CHECK_AT(&d, "/0/1/list/0",
		 "{'id': '$inbox', 'name': 'Inbox', 'parentId': null, 'role': 'inbox',"
		 " 'sortOrder': 0, 'totalEmails': 0, 'unreadEmails': 0,"
		 " 'totalThreads': 0, 'unreadThreads': 0, 'isSubscribed': false,"
		 " 'myRights': {'mayReadItems': true, 'mayAddItems': true,"
		 " 'mayRemoveItems': true, 'maySetSeen': true, 'maySetKeywords': true,"
		 " 'mayCreateChild': true, 'mayRename': false, 'mayDelete': false,"
		 " 'maySubmit': true}}");
	CHECK_AT(&d, "/0/1/notFound", "[]");
	CHECK_AT(&d, "/0/1/accountId", "'$A'");
	test_drive_deliver(&d, S("Subject: a\r\n\r\nb\r\n"));
	jmap_ask(&d, "[['Mailbox/get', {'accountId': '$A', 'ids': ['$inbox', 'F2-99',"
		     " '$inbox', 'x'], 'properties': ['totalEmails', 'unreadThreads']},"
		     " '0']]");
	CHECK_AT(&d, "/0/1/list",
		 "[{'id': '$inbox', 'totalEmails': 1, 'unreadThreads': 1}]");
	CHECK_AT(&d, "/0/1/notFound", "['F2-99', 'x']");
	test_drive_done(&d);
}

TEST(mailbox_get_refuses)
{
	static const struct {
		const char *arguments, *error;
	} rows[] = {
		{ "{}", "'invalidArguments'" },
		{ "{'accountId': 7}", "'invalidArguments'" },
		{ "{'accountId': 'A3'}", "'accountNotFound'" },
		{ "{'accountId': '$A', 'ids': 'x'}", "'invalidArguments'" },
		{ "{'accountId': '$A', 'ids': [1]}", "'invalidArguments'" },
		{ "{'accountId': '$A', 'colour': 1}", "'invalidArguments'" },
		{ "{'accountId': '$A', 'properties': ['colour']}", "'invalidArguments'" },
		{ "{'accountId': '$A', 'properties': {}}", "'invalidArguments'" },
	};
	struct test_drive d;
	char calls[300];

	begin(&d);
	for (size_t i = 0; i < countof(rows); i++) {
		snprintf(calls, sizeof(calls), "[['Mailbox/get', %s, 'a']]",
			 rows[i].arguments);
		jmap_ask(&d, calls);
		CHECK_AT(&d, "/0/0", "'error'");
		CHECK_AT(&d, "/0/1/type", rows[i].error);
	}
	test_drive_done(&d);
}

/* RFC 8621 2.6, its second example */
TEST(mailbox_changes_of_counts)
{
	static const char calls[] =
		"[['Mailbox/changes', {'accountId': '$A', 'sinceState': '$state'}, '0'],"
		" ['Mailbox/get', {'accountId': '$A', '#ids': {'resultOf': '0',"
		" 'name': 'Mailbox/changes', 'path': '/updated'},"
		" '#properties': {'resultOf': '0', 'name': 'Mailbox/changes',"
		" 'path': '/updatedProperties'}}, '2']]";
	struct test_drive d;

	begin(&d);
	test_drive_deliver(&d, S("Subject: a\r\n\r\nb\r\n"));
	jmap_ask(&d, calls);
	CHECK_AT(&d, "/0/1/oldState", "'$state'");
	CHECK_AT(&d, "/0/1/hasMoreChanges", "false");
	CHECK_AT(&d, "/0/1/updatedProperties",
		 "['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads']");
	CHECK_AT(&d, "/0/1/updated", "['$inbox']");
	CHECK_AT(&d, "/0/1/created", "[]");
	CHECK_AT(&d, "/1/1/list",
		 "[{'id': '$inbox', 'totalEmails': 1, 'unreadEmails': 1,"
		 " 'totalThreads': 1, 'unreadThreads': 1}]");
	make(&d, "x", "null");
	jmap_ask(&d, calls);
	CHECK_AT(&d, "/0/1/created", "['$x']");
	jmap_ask(&d,
		 "[['Mailbox/changes', {'accountId': '$A', 'sinceState': 'abc'}, '0'],"
		 " ['Mailbox/changes', {'accountId': '$A', 'sinceState': '9999999'},"
		 " '0'], ['Mailbox/changes', {'accountId': '$A'}, '0'],"
		 " ['Mailbox/changes', {'accountId': '$A', 'sinceState': '$state',"
		 " 'maxChanges': 0}, '0']]");
	CHECK_AT(&d, "/0/1/type", "'cannotCalculateChanges'");
	CHECK_AT(&d, "/1/1/type", "'cannotCalculateChanges'");
	CHECK_AT(&d, "/2/1/type", "'invalidArguments'");
	CHECK_AT(&d, "/3/1/type", "'invalidArguments'");
	test_drive_done(&d);
}

/* --- Mailbox/set --- */

TEST(mailbox_set_creates_children_before_their_parents_are_named)
{
	struct test_drive d;

	begin(&d);
	jmap_ask(&d,
		 "[['Mailbox/set', {'accountId': '$A', 'ifInState': '$state',"
		 " 'create': {'c': {'name': 'Child', 'parentId': '#p', 'sortOrder': 7},"
		 " 'p': {'name': 'Parent', 'role': 'archive', 'isSubscribed': false}}},"
		 " 'a'],"
		 " ['Mailbox/get', {'accountId': '$A', '#ids': {'resultOf': 'a',"
		 " 'name': 'Mailbox/set', 'path': '/created/c/id'}}, 'b']]");
	jmap_keep(&d, "p", "/0/1/created/p/id");
	jmap_keep(&d, "c", "/0/1/created/c/id");
	CHECK_AT(&d, "/0/1/oldState", "'$state'");
	CHECK_AT(&d, "/0/1/notCreated", "null");
	CHECK_AT(&d, "/0/1/updated", "null");
	CHECK_AT(&d, "/0/1/created/p/totalEmails", "0");
	CHECK_AT(&d, "/0/1/created/p/parentId", "null");
	CHECK_AT(&d, "/0/1/created/p/role", "absent");
	CHECK_AT(&d, "/0/1/created/c/isSubscribed", "true");
	CHECK_AT(&d, "/1/1/type", "'invalidArguments'"); /* ids is no array */
	jmap_ask(&d, "[['Mailbox/get', {'accountId': '$A', 'ids': ['$c', '$p'],"
		     " 'properties': ['name', 'parentId', 'role', 'sortOrder',"
		     " 'isSubscribed']}, 'b']]");
	CHECK_AT(&d, "/0/1/list",
		 "[{'id': '$c', 'name': 'Child', 'parentId': '$p', 'role': null,"
		 " 'sortOrder': 7, 'isSubscribed': true}, {'id': '$p', 'name': 'Parent',"
		 " 'parentId': null, 'role': 'archive', 'sortOrder': 0,"
		 " 'isSubscribed': false}]");
	test_drive_done(&d);
}

static void check_refused(struct test_drive *d, const char *arguments,
			  const char *pointer, const char *want)
{
	char calls[600], path[100];

	snprintf(calls, sizeof(calls), "[['Mailbox/set', {'accountId': '$A', %s}, 'a']]",
		 arguments);
	snprintf(path, sizeof(path), "/0/1/%s", pointer);
	jmap_ask(d, calls);
	CHECK_AT(d, path, want);
}

static const struct {
	const char *arguments, *pointer, *want;
} refused_sets[] = {
	{ "'create': {'k': {}}", "notCreated/k/type", "'invalidProperties'" },
	{ "'create': {'k': {}}", "notCreated/k/properties", "['name']" },
	{ "'create': {'k': {'name': 'a/b'}}", "notCreated/k/properties", "['name']" },
	{ "'create': {'k': {'name': ''}}", "notCreated/k/properties", "['name']" },
	{ "'create': {'k': {'name': 'inbox'}}", "notCreated/k/properties", "['name']" },
	{ "'create': {'k': {'name': 'x'}}", "notCreated/k/properties", "['name']" },
	{ "'create': {'k': {'name': 'y', 'parentId': '#z'}}", "notCreated/k/properties",
	  "['parentId']" },
	{ "'create': {'k': {'name': 'y', 'parentId': 'F2-77'}}",
	  "notCreated/k/properties", "['parentId']" },
	{ "'create': {'k': {'name': 'y', 'parentId': '#k'}}", "notCreated/k/properties",
	  "['parentId']" },
	{ "'create': {'k': {'name': 'y', 'role': 'inbox'}}", "notCreated/k/properties",
	  "['role']" },
	{ "'create': {'k': {'name': 'y', 'role': 'sent'}, 'l': {'name': 'z',"
	  " 'role': 'sent'}}",
	  "notCreated/l/properties", "['role']" },
	{ "'create': {'k': {'name': 'v', 'id': 'F2-1', 'colour': 1,"
	  " 'sortOrder': -1}}",
	  "notCreated/k/properties", "['id', 'colour', 'sortOrder']" },
	{ "'update': {'F2-77': {'name': 'y'}}", "notUpdated/F2-77/type", "'notFound'" },
	{ "'update': {'$inbox': {'name': 'y'}}", "notUpdated/$inbox/type",
	  "'forbidden'" },
	{ "'update': {'$inbox': {'role': null}}", "notUpdated/$inbox/properties",
	  "['role']" },
	{ "'update': {'$inbox': {'name': 'Inbox', 'sortOrder': 3}}", "updated/$inbox",
	  "null" },
	{ "'update': {'$x': {'totalEmails': 0, 'sortOrder': 3}}", "updated/$x", "null" },
	{ "'update': {'$x': {'totalEmails': 1, 'sortOrder': 3}}",
	  "notUpdated/$x/properties", "['totalEmails']" },
	{ "'update': {'$x': {'colour': 'red'}}", "notUpdated/$x/properties",
	  "['colour']" },
	{ "'update': {'$x': {'a/b': 1}}", "notUpdated/$x/type", "'invalidPatch'" },
	{ "'update': {'$x': {'myRights': {}, 'myRights/mayDelete': true}}",
	  "notUpdated/$x/type", "'invalidPatch'" },
	{ "'update': {'$x': {'parentId': '$x'}}", "notUpdated/$x/properties",
	  "['parentId']" },
	{ "'update': {'$x': {'parentId': '$below'}}", "notUpdated/$x/properties",
	  "['parentId']" },
	{ "'update': {'$x': {'name': null}}", "notUpdated/$x/properties", "['name']" },
	{ "'destroy': ['$inbox']", "notDestroyed/$inbox/type", "'forbidden'" },
	{ "'destroy': ['$x']", "notDestroyed/$x/type", "'mailboxHasChild'" },
	{ "'destroy': ['F2-77', '#y']", "notDestroyed",
	  "{'F2-77': {'type': 'notFound'}, '#y': {'type': 'notFound'}}" },
	{ "'ifInState': 'x'", "type", "'stateMismatch'" },
	{ "'create': {'k': 1}", "type", "'invalidArguments'" },
	{ "'destroy': 'x'", "type", "'invalidArguments'" },
	{ "'onDestroyRemoveEmails': 1", "type", "'invalidArguments'" },
	{ "'onDestroy': 1", "type", "'invalidArguments'" },
};

TEST(mailbox_set_refuses)
{
	struct test_drive d;

	begin(&d);
	make(&d, "x", "null");
	make(&d, "below", "'$x'");
	for (size_t i = 0; i < countof(refused_sets); i++) {
		char text[64];
		json_t *expanded;

		snprintf(text, sizeof(text), "'%s'", refused_sets[i].pointer);
		expanded = jmap_json(&d, text);
		check_refused(&d, refused_sets[i].arguments, json_string_value(expanded),
			      refused_sets[i].want);
		json_decref(expanded);
	}
	test_drive_done(&d);
}

TEST(mailbox_set_moves)
{
	struct test_drive d;

	begin(&d);
	make(&d, "a", "null");
	make(&d, "b", "'$a'");
	make(&d, "c", "'$b'");
	jmap_ask(&d, "[['Mailbox/set', {'accountId': '$A', 'update': {'$b': {"
		     "'parentId': null, 'name': 'e\u0301'}}}, '0'],"
		     " ['Mailbox/get', {'accountId': '$A', 'ids': ['$b', '$c'],"
		     " 'properties': ['name', 'parentId', 'isSubscribed']}, '1']]");
	CHECK_AT(&d, "/0/1/updated", "{'$b': {'name': '\u00e9'}}");
	CHECK_AT(&d, "/1/1/list",
		 "[{'id': '$b', 'name': '\u00e9', 'parentId': null,"
		 " 'isSubscribed': true}, {'id': '$c', 'name': 'c', 'parentId': '$b',"
		 " 'isSubscribed': true}]");
	test_drive_done(&d);
}

/* What counts is how things stand in the end (RFC 8620 5.3). */
TEST(mailboxes_change_their_names)
{
	struct test_drive d;

	begin(&d);
	make(&d, "a", "null");
	make(&d, "b", "null");
	make(&d, "c", "'$a'");
	jmap_ask(&d, "[['Mailbox/set', {'accountId': '$A', 'update': {"
		     "'$a': {'name': 'b'}, '$b': {'name': 'a'}}}, '0'],"
		     " ['Mailbox/get', {'accountId': '$A', 'ids': ['$a', '$b', '$c'],"
		     " 'properties': ['name', 'parentId']}, '1']]");
	CHECK_AT(&d, "/0/1/updated", "{'$a': null, '$b': null}");
	CHECK_AT(&d, "/0/1/notUpdated", "null");
	CHECK_AT(&d, "/1/1/list",
		 "[{'id': '$a', 'name': 'b', 'parentId': null}, {'id': '$b',"
		 " 'name': 'a', 'parentId': null}, {'id': '$c', 'name': 'c',"
		 " 'parentId': '$a'}]");
	jmap_ask(&d, "[['Mailbox/set', {'accountId': '$A', 'create': {'k':"
		     " {'name': 'a'}}, 'update': {'$a': {'name': 'd'}},"
		     " 'destroy': ['$b']}, '0']]");
	CHECK_AT(&d, "/0/1/notCreated", "null");
	CHECK_AT(&d, "/0/1/destroyed", "['$b']");
	jmap_ask(&d, "[['Mailbox/set', {'accountId': '$A', 'destroy': ['$a', '$c']},"
		     " '0']]");
	CHECK_AT(&d, "/0/1/destroyed", "['$c', '$a']");
	CHECK_AT(&d, "/0/1/notDestroyed", "null");
	test_drive_done(&d);
}

TEST(a_mailbox_with_emails_is_destroyed_when_one_says_so)
{
	struct test_drive d;

	begin(&d);
	d.user.inbox = S("Work");
	make(&d, "Work", "null");
	make(&d, "Other", "null");
	test_drive_deliver(&d, S("Subject: a\r\n\r\nb\r\n"));
	jmap_ask(&d, "[['Mailbox/set', {'accountId': '$A', 'destroy': ['$inbox', '$Work',"
		     " '$Other']}, '0']]");
	CHECK_AT(&d, "/0/1/destroyed", "['$Other']");
	test_drive_done(&d);
}

/* --- Mailbox/query --- */

static void make_tree(struct test_drive *d)
{
	begin(d);
	make(d, "b", "null");
	make(d, "A", "null");
	make(d, "z", "'$b'");
	make(d, "y", "'$b'");
	jmap_ask(d, "[['Mailbox/set', {'accountId': 'A2', 'update': {"
		    "'$b': {'sortOrder': 5, 'role': 'sent'}, '$inbox': {'sortOrder': 9},"
		    "'$z': {'isSubscribed': false}}}, '0']]");
}

/* "$A" is the account in what is asked, and would be the mailbox. */
static void check_query(struct test_drive *d, const char *arguments, const char *want)
{
	char calls[600];

	snprintf(calls, sizeof(calls),
		 "[['Mailbox/query', {'accountId': 'A2', %s}, 'a']]", arguments);
	jmap_ask(d, calls);
	CHECK_AT(d, want[0] == '[' ? "/0/1/ids" : "/0/1/type", want);
}

static const struct {
	const char *arguments, *want;
} queries[] = {
	{ "'sort': [{'property': 'name'}]", "['$A', '$b', '$inbox', '$y', '$z']" },
	{ "'sort': [{'property': 'name', 'isAscending': false}]",
	  "['$z', '$y', '$inbox', '$b', '$A']" },
	{ "'sort': [{'property': 'name', 'collation': 'i;octet'}]",
	  "['$A', '$inbox', '$b', '$y', '$z']" },
	{ "'sort': [{'property': 'sortOrder'}, {'property': 'name'}]",
	  "['$A', '$y', '$z', '$b', '$inbox']" },
	{ "'sort': [{'property': 'name'}], 'sortAsTree': true",
	  "['$A', '$b', '$y', '$z', '$inbox']" },
	{ "'filter': {'parentId': '$b'}, 'sort': [{'property': 'name'}]",
	  "['$y', '$z']" },
	{ "'filter': {'parentId': null, 'hasAnyRole': false}", "['$A']" },
	{ "'filter': {'hasAnyRole': true}, 'sort': [{'property': 'name'}]",
	  "['$b', '$inbox']" },
	{ "'filter': {'role': 'inbox'}", "['$inbox']" },
	{ "'filter': {'role': null, 'isSubscribed': true},"
	  " 'sort': [{'property': 'name'}]",
	  "['$A', '$y']" },
	{ "'filter': {'name': 'BOX'}", "['$inbox']" },
	{ "'filter': {'operator': 'OR', 'conditions': [{'name': 'z'},"
	  " {'operator': 'AND', 'conditions': [{'role': 'sent'},"
	  " {'parentId': null}]}]}, 'sort': [{'property': 'name'}]",
	  "['$b', '$z']" },
	{ "'filter': {'operator': 'NOT', 'conditions': [{'name': 'z'},"
	  " {'hasAnyRole': true}]}, 'sort': [{'property': 'name'}]",
	  "['$A', '$y']" },
	{ "'filter': {'operator': 'OR', 'conditions': [{'name': 'z'},"
	  " {'name': 'A'}]}, 'filterAsTree': true",
	  "['$A']" },
	{ "'filter': {}, 'sort': [{'property': 'name'}], 'position': 1, 'limit': "
	  "2",
	  "['$b', '$inbox']" },
	{ "'sort': [{'property': 'name'}], 'position': -2", "['$y', '$z']" },
	{ "'sort': [{'property': 'name'}], 'position': -99, 'limit': 1", "['$A']" },
	{ "'position': 99", "[]" },
	{ "'sort': [{'property': 'name'}], 'anchor': '$inbox',"
	  " 'anchorOffset': -1, 'limit': 2, 'position': 7",
	  "['$b', '$inbox']" },
	{ "'anchor': '$y', 'filter': {'name': 'z'}", "'anchorNotFound'" },
	{ "'limit': -1", "'invalidArguments'" },
	{ "'limit': 0", "[]" },
	{ "'sort': [{'property': 'colour'}]", "'unsupportedSort'" },
	{ "'sort': [{'property': 'name', 'collation': 'x'}]", "'unsupportedSort'" },
	{ "'sort': [{}]", "'invalidArguments'" },
	{ "'filter': {'colour': 1}", "'unsupportedFilter'" },
	{ "'filter': {'role': 1}", "'invalidArguments'" },
	{ "'filter': {'operator': 'XOR', 'conditions': []}", "'invalidArguments'" },
	{ "'filter': []", "'invalidArguments'" },
};

TEST(mailbox_query)
{
	struct test_drive d;

	make_tree(&d);
	for (size_t i = 0; i < countof(queries); i++)
		check_query(&d, queries[i].arguments, queries[i].want);
	test_drive_done(&d);
}

TEST(mailbox_query_tells_of_itself)
{
	struct test_drive d;

	make_tree(&d);
	jmap_ask(&d, "[['Mailbox/query', {'accountId': 'A2', 'calculateTotal': true,"
		     " 'position': 1, 'limit': 1}, 'a'], ['Mailbox/query',"
		     " {'accountId': 'A2', 'sortAsTree': true}, 'b']]");
	CHECK_AT(&d, "/0/1/total", "5");
	CHECK_AT(&d, "/0/1/position", "1");
	CHECK_AT(&d, "/0/1/canCalculateChanges", "true");
	CHECK_AT(&d, "/1/1/canCalculateChanges", "false");
	CHECK_AT(&d, "/1/1/total", "absent");
	test_drive_done(&d);
}

TEST(mailbox_query_changes)
{
	struct test_drive d;

	make_tree(&d);
	jmap_ask(&d,
		 "[['Mailbox/query', {'accountId': 'A2',"
		 " 'sort': [{'property': 'name'}]}, 'a'],"
		 "['Mailbox/set', {'accountId': 'A2', 'create': {'k': {'name': 'new'}},"
		 " 'update': {'$y': {'name': 'aa'}}, 'destroy': ['$z']}, 'b']]");
	jmap_keep(&d, "state", "/0/1/queryState");
	jmap_keep(&d, "new", "/1/1/created/k/id");
	jmap_ask(&d, "[['Mailbox/queryChanges', {'accountId': 'A2',"
		     " 'sort': [{'property': 'name'}], 'calculateTotal': true,"
		     " 'sinceQueryState': '$state'}, 'a'],"
		     " ['Mailbox/queryChanges', {'accountId': 'A2',"
		     " 'sinceQueryState': '$state', 'maxChanges': 2}, 'a'],"
		     " ['Mailbox/queryChanges', {'accountId': 'A2',"
		     " 'sinceQueryState': '$state', 'sortAsTree': true}, 'a']]");
	CHECK_AT(&d, "/0/1/removed", "['$y', '$z']");
	CHECK_AT(&d, "/0/1/added",
		 "[{'id': '$y', 'index': 1}, {'id': '$new', 'index': 4}]");
	CHECK_AT(&d, "/0/1/total", "5");
	CHECK_AT(&d, "/1/1/type", "'tooManyChanges'");
	CHECK_AT(&d, "/2/1/type", "'cannotCalculateChanges'");
	test_drive_done(&d);
}

TEST(threads)
{
	struct test_drive d;

	begin(&d);
	test_drive_deliver(&d, S("Message-ID: <1@x>\r\nSubject: a\r\n\r\nb\r\n"));
	test_drive_deliver(&d, S("Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n"
				 "References: <1@x>\r\nSubject: Re: a\r\n\r\nb\r\n"));
	jmap_ask(&d, "[['Thread/changes', {'accountId': '$A', 'sinceState': '0'}, 'a'],"
		     " ['Thread/get', {'accountId': '$A', '#ids': {'resultOf': 'a',"
		     " 'name': 'Thread/changes', 'path': '/created'}}, 'b'],"
		     " ['Thread/get', {'accountId': '$A', 'ids': null}, 'c'],"
		     " ['Thread/get', {'accountId': '$A', 'ids': ['T2-999']}, 'd']]");
	CHECK_INT(json_array_size(jmap_at(&d, "/1/1/list")), 1);
	CHECK_INT(json_array_size(jmap_at(&d, "/1/1/list/0/emailIds")), 2);
	CHECK_INT(json_array_size(jmap_at(&d, "/2/1/list")), 1);
	CHECK_AT(&d, "/3/1/notFound", "['T2-999']");
	test_drive_done(&d);
}
