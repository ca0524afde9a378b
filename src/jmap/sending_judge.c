/*
 * What became of a mail that was handed in, as a SetError (RFC 8621 7.5).
 */
#include <string.h>

#include "base/cleanup.h"
#include "jmap/submission_set.h"

/* By the status of the first recipient's reply (RFC 3463); the first row that fits. */
static const struct {
	slice status;
	const char *error;
} by_status[] = {
	{ SLICE_INIT("5.1.7"), "forbiddenMailFrom" },
	{ SLICE_INIT("5.1.8"), "forbiddenMailFrom" },
	{ SLICE_INIT("5.1."), "invalidRecipients" },
	{ SLICE_INIT("5.2."), "invalidRecipients" },
	{ SLICE_INIT("5.3.4"), "tooLarge" },
	{ SLICE_INIT("5.4."), "invalidRecipients" },
	{ SLICE_INIT("5.6."), "invalidEmail" },
	{ SLICE_INIT("5.7.16"), "rateLimit" },
	{ SLICE_INIT("5."), "forbiddenToSend" },
	{ SLICE_INIT("4.7."), "rateLimit" },
};

/* Where there is no reply that says it. */
static const struct {
	enum err outcome;
	const char *error, *text;
} by_outcome[] = {
	{ ERR_DENIED, "forbiddenFrom", "an author's address is not the user's" },
	{ ERR_LIMIT, "rateLimit", "too much was sent of late" },
	{ ERR_MALFORMED, "invalidEmail", "the message cannot be sent as it is" },
};

static const char *reply_of(const json_t *status)
{
	return json_string_value(json_object_get(status, "smtpReply"));
}

static bool is_refused(const json_t *status)
{
	const char *is = json_string_value(json_object_get(status, "delivered"));

	return is && !strcmp(is, "no");
}

/* Fills in the error and what it must have besides. */
static void refuse(struct call *c, const struct sending *s, const char *error,
		   const char *text, struct set_outcome *o)
{
	json_t *refused, *one;
	const char *address;

	set_refuse(o, error, NULL, text);
	if (!strcmp(error, "tooLarge"))
		o->further = json_pack("{s:I}", "maxSize",
				       (json_int_t)call_user(c)->message_max);
	if (strcmp(error, "invalidRecipients") != 0) return;
	refused = json_array();
	json_object_foreach(s->status, address, one) if (is_refused(one))
		json_array_append_new(refused, json_string(address));
	o->further = json_pack("{s:o}", "invalidRecipients", refused);
}

static bool is_refused_by_all(const struct sending *s)
{
	const char *address;
	json_t *one;

	json_object_foreach(s->status, address, one) if (!is_refused(one)) return false;
	return true;
}

/* "550 5.1.1 nobody": what stands behind the code. */
static bool refuse_by_reply(struct call *c, const struct sending *s,
			    struct set_outcome *o)
{
	void *first = json_object_iter(s->status);
	const char *text = reply_of(json_object_iter_value(first));
	slice status = slice_skip(slice_of(text), 4);

	for (size_t i = 0; i < countof(by_status); i++) {
		if (!slice_starts(status, by_status[i].status)) continue;
		refuse(c, s, by_status[i].error, text, o);
		return true;
	}
	return false;
}

static void refuse_by_outcome(struct call *c, const struct sending *s,
			      struct set_outcome *o)
{
	for (size_t i = 0; i < countof(by_outcome); i++) {
		if (by_outcome[i].outcome != s->outcome) continue;
		refuse(c, s, by_outcome[i].error, by_outcome[i].text, o);
		return;
	}
	refuse(c, s, "serverFail", "it cannot be sent now; try again later", o);
}

/* What was found before; it may be told more than once. */
static void tell_refusal(const struct sending *s, struct set_outcome *o)
{
	*o = s->refusal;
	o->properties = json_deep_copy(s->refusal.properties);
	o->further = json_deep_copy(s->refusal.further);
}

void sending_judge(struct call *c, const struct sending *s, struct set_outcome *o)
{
	if (s->refusal.error) {
		tell_refusal(s, o);
		return;
	}
	if (!s->outcome && !is_refused_by_all(s)) return;
	if (!refuse_by_reply(c, s, o)) refuse_by_outcome(c, s, o);
}
