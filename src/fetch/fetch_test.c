#include "fetch/fetch.h"

#include <unistd.h>

#include "base/container.h"
#include "base/test.h"

/* A shell plays the fetching process. */

struct trial {
	struct loop *loop;
	struct fetches all;
	struct fetch fetches[2 * FETCHES_AT_ONCE];
	unsigned left; /* not done yet */
	uint32_t status;
	char text[100]; /* the body or the fault */
	struct resident resident;
};

static struct trial trial;

static void leave(struct resident *, bool)
{
}

static void done(struct fetch *, const struct fetch_answer *a)
{
	slice text = a->status ? a->body : a->fault;

	trial.status = a->status;
	snprintf(trial.text, sizeof(trial.text), "%.*s", FMT(text));
	if (--trial.left > 0) return;
	loop_stop(trial.loop, 0);
	loop_leave(&trial.resident);
}

static void fetch_by(const char *script, unsigned count, uint32_t timeout_ms)
{
	static char shell[] = "/bin/sh", option[] = "-c", text[1000];
	static char *const command[] = { shell, option, text, NULL };

	snprintf(text, sizeof(text), "%s", script);
	trial = (struct trial){ .loop = loop_new(), .left = count };
	CHECK(trial.loop);
	trial.resident.leave = leave;
	loop_enter(trial.loop, &trial.resident);
	fetches_init(&trial.all, trial.loop, command);
	for (unsigned i = 0; i < count; i++) {
		trial.fetches[i] = (struct fetch){ .done = done };
		trial.fetches[i].request = (struct fetch_request){
			.host = S("h"), .path = S("/"), .timeout_ms = timeout_ms
		};
		fetch_start(&trial.all, &trial.fetches[i]);
	}
	loop_run(trial.loop);
	loop_free(trial.loop);
}

TEST(fetch_brings_the_answer)
{
	fetch_by("printf '3:200,0:,10:text/plain,2:hi,' >&3", 1, 10000);
	CHECK_INT(trial.status, 200);
	CHECK_SLICE(slice_of(trial.text), S("hi"));
}

TEST(fetch_gives_each_its_turn)
{
	fetch_by("printf '3:404,0:,0:,' >&3; printf '4:none,' >&3", 2 * FETCHES_AT_ONCE,
		 10000);
	CHECK_INT(trial.left, 0);
	CHECK_INT(trial.status, 404);
	CHECK_SLICE(slice_of(trial.text), S("none"));
}

TEST(fetch_fails_with_its_process)
{
	fetch_by("printf '3:200,' >&3", 1, 10000);
	CHECK_INT(trial.status, 0);
	CHECK_SLICE(slice_of(trial.text), S("the fetching process failed"));
	fetch_by("echo nonsense >&3; exec sleep 100", 1, 10000);
	CHECK_SLICE(slice_of(trial.text), S("the fetching process failed"));
}

TEST(fetch_ends_in_time)
{
	fetch_by("exec sleep 100", 1, 1);
	CHECK_INT(trial.status, 0);
	CHECK_SLICE(slice_of(trial.text), S("it takes too long"));
}
