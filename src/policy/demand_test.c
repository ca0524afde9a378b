#include "policy/demand.h"

#include "base/test.h"

TEST(demand_is_a_part_of_the_destination)
{
	static const unsigned flags[] = { 0, MESSAGE_REQUIRE_TLS, MESSAGE_TLS_OPTIONAL,
					  MESSAGE_REQUIRE_TLS | MESSAGE_TLS_OPTIONAL };
	static const char *const written[] = { "x.test", "tls!x.test", "any!x.test",
					       "tls!x.test" };

	for (size_t i = 0; i < countof(flags); i++) {
		const struct queue_envelope v = { .reverse_path = S("a@b.test"),
						  .flags = flags[i] };
		const struct queue_envelope null = { .flags = flags[i] };
		slice destination = slice_of(written[i]);

		CHECK(slice_starts(destination, demand_prefix(demand_of(&v))));
		CHECK_INT(demand_take(&destination), demand_of(&v));
		CHECK_SLICE(destination, S("x.test"));
		CHECK_INT(demand_of(&null), DEMAND_USUAL);
	}
}

static void check_waived(const char *first, const char *second, bool waived)
{
	const struct header_field fields[] = {
		{ .name = S("tls-required"), .value = slice_of(first) },
		{ .name = S("Subject"), .value = S(" No") },
		{ .name = S("TLS-Required"), .value = slice_of(second) },
	};
	const struct mime_part one = { .fields = fields, .field_count = 2 },
			       two = { .fields = fields, .field_count = 3 };

	CHECK_INT(demand_is_waived(&one), waived);
	CHECK(!demand_is_waived(&two));
}

/* RFC 8689 3: No, and one field only. */
TEST(demand_is_waived_by_a_field)
{
	check_waived(" No", " No", true);
	check_waived(" \r\n no ", " No", true);
	check_waived(" Yes", " No", false);
	check_waived("", " No", false);
}
