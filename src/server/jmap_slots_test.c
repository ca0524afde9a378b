#include "server/jmap_slots.h"

#include "base/test.h"

TEST(jmap_slots)
{
	struct jmap_slots s;

	jmap_slots_init(&s);
	CHECK(jmap_slots_take(&s, S("jo"), JMAP_SLOT_REQUEST, 2));
	CHECK(jmap_slots_take(&s, S("jo"), JMAP_SLOT_REQUEST, 2));
	CHECK(!jmap_slots_take(&s, S("jo"), JMAP_SLOT_REQUEST, 2));
	CHECK(jmap_slots_take(&s, S("jo"), JMAP_SLOT_UPLOAD, 1));
	CHECK(!jmap_slots_take(&s, S("jo"), JMAP_SLOT_UPLOAD, 1));
	CHECK(jmap_slots_take(&s, S("ann"), JMAP_SLOT_REQUEST, 2));
	jmap_slots_leave(&s, S("jo"), JMAP_SLOT_REQUEST);
	CHECK(jmap_slots_take(&s, S("jo"), JMAP_SLOT_REQUEST, 2));
	jmap_slots_leave(&s, S("jo"), JMAP_SLOT_REQUEST);
	jmap_slots_leave(&s, S("jo"), JMAP_SLOT_REQUEST);
	jmap_slots_leave(&s, S("ann"), JMAP_SLOT_REQUEST);
	CHECK_INT(s.users.count, 1);
	jmap_slots_leave(&s, S("jo"), JMAP_SLOT_UPLOAD);
	CHECK_INT(s.users.count, 0);
	jmap_slots_done(&s);
}
