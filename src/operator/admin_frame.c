#include "operator/admin_frame.h"

#include <jansson.h>

bool admin_request_write(const struct admin_request *r, struct buf *line)
{
	struct json_writer w;

	json_writer_init(&w, line);
	json_write_object_begin(&w);
	json_write_key(&w, S("words"));
	json_write_array_begin(&w);
	for (size_t i = 0; i < r->count; i++)
		json_write_string(&w, r->words[i]);
	json_write_array_end(&w);
	if (r->password.p) {
		json_write_key(&w, S("password"));
		json_write_string(&w, r->password);
	}
	json_write_key(&w, S("json"));
	json_write_bool(&w, r->json);
	json_write_object_end(&w);
	return buf_add_char(line, '\n');
}

void admin_reply_write(enum cli_status status, slice out, slice fault, struct buf *line)
{
	struct json_writer w;

	json_writer_init(&w, line);
	json_write_object_begin(&w);
	json_write_key(&w, S("status"));
	json_write_int(&w, status);
	json_write_key(&w, S("out"));
	json_write_string(&w, out);
	json_write_key(&w, S("fault"));
	json_write_string(&w, fault);
	json_write_object_end(&w);
	buf_add_char(line, '\n');
}

static slice text_of(const json_t *value)
{
	if (!json_is_string(value)) return (slice){ 0 };
	return (slice){ json_string_value(value), json_string_length(value) };
}

/* Borrows from the JSON tree. */
static bool read_request(const json_t *root, slice words[static ADMIN_ARGUMENTS_MAX],
			 struct admin_request *r)
{
	const json_t *list = json_object_get(root, "words");

	r->words = words;
	r->count = json_array_size(list);
	if (r->count > ADMIN_ARGUMENTS_MAX) return false;
	for (size_t i = 0; i < r->count; i++) {
		words[i] = text_of(json_array_get(list, i));
		if (!words[i].p) return false;
	}
	r->password = text_of(json_object_get(root, "password"));
	r->json = json_is_true(json_object_get(root, "json"));
	return r->count;
}

void admin_answer(const struct admin *a, slice line, struct buf *reply)
{
	slice words[ADMIN_ARGUMENTS_MAX];
	struct buf out, fault;
	struct admin_request r = { .out = &out, .fault = &fault };
	json_t *root = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
	enum cli_status status = CLI_USAGE;

	buf_init(&out, ADMIN_REPLY_MAX / 2);
	buf_init(&fault, ADMIN_REQUEST_MAX);
	if (read_request(root, words, &r))
		status = admin_run(a, &r);
	else
		buf_add(&fault, S("not a request of this version's postroom"));
	admin_reply_write(status, buf_slice(&out), buf_slice(&fault), reply);
	json_decref(root);
	buf_wipe(&out);
	buf_done(&fault);
}

enum cli_status admin_reply_read(slice line, struct buf *out, struct buf *fault)
{
	json_t *root = json_loadb(line.p, line.n, 0, NULL);
	const json_t *status = json_object_get(root, "status");
	enum cli_status result = CLI_FAULT;

	if (json_is_integer(status)) {
		result = (enum cli_status)json_integer_value(status);
		buf_add(out, text_of(json_object_get(root, "out")));
		buf_add(fault, text_of(json_object_get(root, "fault")));
	} else {
		buf_add(fault, S("the server broke off; see its log"));
	}
	json_decref(root);
	return result;
}
