#include "queue/selection.h"

#include "base/test.h"

static const struct queue_message message = {
	.id = 17,
	.envelope = { .reverse_path = SLICE_INIT("Jo@Sender.test"),
		      .trace_id = SLICE_INIT("00ab12cd34ef5678") },
};

TEST(selection_of_messages)
{
	static const struct {
		const char *id, *sender;
		bool is_meant;
	} t[] = {
		{ "", "", true },
		{ "17", "", true },
		{ "1", "", false },
		{ "17x", "", false },
		{ "00AB12CD34EF5678", "", true },
		{ "00ab12cd34ef567", "", false },
		{ "", "jo@sender.test", true },
		{ "", "@sender.test", true },
		{ "", "@test", false },
		{ "", "jo@sender", false },
		{ "", "<>", false },
		{ "17", "ann@sender.test", false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice id = slice_of(t[i].id);
		struct queue_selection s = { .ids = &id,
					     .id_count = id.n ? 1 : 0,
					     .sender = slice_of(t[i].sender) };

		CHECK_INT(selection_has_message(&s, &message), t[i].is_meant);
	}
}

TEST(selection_of_bounces)
{
	const struct queue_message bounce = { .id = 1 };
	const struct queue_selection s = { .sender = S("<>") };

	CHECK(selection_has_message(&s, &bounce));
	CHECK(!selection_has_message(&s, &message));
}

TEST(selection_of_recipients)
{
	static const struct {
		const char *recipient, *domain;
		bool is_meant;
	} t[] = {
		{ "", "", true },
		{ "ANN@there.test", "", true },
		{ "@there.test", "", true },
		{ "bob@there.test", "", false },
		{ "", "There.test", true },
		{ "", "here.test", false },
		{ "", "smarthost", true }, /* where it is tried */
		{ "ann@there.test", "here.test", false },
	};
	const struct queue_recipient r = { .target = { .destination = S("smarthost"),
						       .address = S("ann@there.test") } };

	for (size_t i = 0; i < countof(t); i++) {
		struct queue_selection s = { .recipient = slice_of(t[i].recipient),
					     .domain = slice_of(t[i].domain) };

		CHECK_INT(selection_has_recipient(&s, &r), t[i].is_meant);
		CHECK_INT(selection_is_whole(&s), i == 0);
	}
}

TEST(selection_sees_the_last_at_sign)
{
	const struct queue_recipient r = { .target = {
						   .address = S("\"a@b\"@there.test") } };
	const struct queue_selection s = { .domain = S("there.test") };

	CHECK(selection_has_recipient(&s, &r));
}
