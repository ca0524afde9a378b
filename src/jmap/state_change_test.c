#include "jmap/state_change.h"

#include "base/cleanup.h"
#include "base/test.h"

TEST(states_difference)
{
	static const struct {
		const char *known, *fresh, *types, *want;
	} t[] = {
		{ "{\"Email\":\"1\"}", "{\"Email\":\"1\"}", "*", "" },
		{ "{\"Email\":\"1\"}", "{\"Email\":\"2\"}", "*", "{\"Email\":\"2\"}" },
		{ "", "{\"Email\":\"2\",\"Thread\":\"3\"}", "*",
		  "{\"Email\":\"2\",\"Thread\":\"3\"}" },
		{ "{\"Email\":\"1\",\"Thread\":\"3\"}",
		  "{\"Email\":\"2\",\"Thread\":\"4\"}", "Mailbox,Thread",
		  "{\"Thread\":\"4\"}" },
		{ "{\"Email\":\"1\"}", "{\"Email\":\"2\"}", "", "" },
		{ "{\"Email\":\"1\"}", "{\"Email\":\"2\"}", "EmailDelivery,Mail", "" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		CLEANUP(buf_done) struct buf out = { .max = 1000 };
		bool any = states_difference(slice_of(t[i].known), slice_of(t[i].fresh),
					     slice_of(t[i].types), &out);

		CHECK_SLICE(buf_slice(&out), slice_of(t[i].want));
		CHECK(any == (out.n > 0));
	}
}

/* RFC 8620 7.1.1 */
TEST(state_change)
{
	CLEANUP(buf_done) struct buf out = { .max = 1000 };

	state_change_write(3, S("{\"Email\":\"d35ecb040aab\"}"), &out);
	CHECK_SLICE(buf_slice(&out), S("{\"@type\":\"StateChange\",\"changed\":"
				       "{\"A3\":{\"Email\":\"d35ecb040aab\"}}}"));
	CHECK(states_have_type(S("{\"Email\":\"1\",\"Thread\":\"3\"}"), S("Thread")));
	CHECK(!states_have_type(S("{\"Email\":\"1\"}"), S("Thread")));
}
