#include "server/throttle.h"

#include "base/clock.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

static int64_t limit_of(const struct config *c, bool is_user, enum throttled what)
{
	if (what == THROTTLED_MESSAGE)
		return is_user ? c->submission_messages : c->messages_per_minute;
	return is_user ? c->submission_recipients : c->recipients_per_minute;
}

bool throttle_admits(const struct session *s, int64_t account, enum throttled what)
{
	const struct rate rate = { .kind = (unsigned)what,
				   .limit = limit_of(s->config, account != 0, what),
				   .window_ms = account ? HOUR_MS : MINUTE_MS };
	const slice user = { (const char *)&account, sizeof(account) };

	if (s->is_exempt || s->server->is_sandbox) return true;
	return account ? rates_take(s->server->rates, &rate, user, clock_monotonic_ms())
		       : rates_take_network(s->server->rates, &rate, &s->peer,
					    clock_monotonic_ms());
}
