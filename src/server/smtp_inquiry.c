#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/dns_answer.h"
#include "policy/relay.h"
#include "policy/routing.h"
#include "queue/put.h"
#include "queue/turn.h"
#include "server/smtp_state.h"
#include "smtp/path.h"

/* ---- VRFY and EXPN (RFC 5321 3.5) ---- */

static bool may_ask(const struct smtp_session *m)
{
	if (m->s.server->is_sandbox) return false;
	return m->s.config->smtp_verify == VERIFY_EVERYBODY ||
	       (m->s.config->smtp_verify == VERIFY_USERS && m->account);
}

/* Who is here is nobody's business (RFC 5321 7.3): the address will be tried. A sandbox
 * refuses nothing. */
static void tell_nothing(struct smtp_session *m, bool expand)
{
	if (expand && !m->s.server->is_sandbox)
		smtp_answer_later(m, 550, S("5.7.1"), S("Lists are not shown here"));
	else
		smtp_answer_later(m, 252, S("2.5.2"),
				  S("Cannot tell; send some mail and it will be tried"));
}

static bool is_here(struct smtp_session *m, slice local, slice domain)
{
	const struct directory *d = directory_get(m->s.server->store);
	struct route route;
	struct arena arena;

	arena_init(&arena, ROUTE_ARENA_MAX);
	route_recipient(m->s.config, d, local, domain, &arena, &route);
	arena_done(&arena);
	directory_put(d);
	return route.kind == ROUTE_LOCAL;
}

/* Of the domains that have the name, one; their number. */
static uint32_t find_home(struct smtp_session *m, slice name, slice *ret_domain)
{
	const struct config *c = m->s.config;
	uint32_t count = 0;

	*ret_domain = c->hostname;
	if (slice_eq_nocase(name, S("postmaster"))) return 1; /* RFC 5321 4.5.1 */
	for (uint32_t i = 0; i < c->domain_count; i++) {
		if (!is_here(m, name, c->domains[i].name)) continue;
		*ret_domain = c->domains[i].name;
		count++;
	}
	return count;
}

static bool is_bare(slice who)
{
	return slice_find_char(who, '@') == who.n;
}

static slice without_brackets(slice who)
{
	if (!slice_starts(who, S("<")) || !slice_ends_nocase(who, S(">"))) return who;
	return slice_skip(slice_head(who, who.n - 1), 1);
}

/* "jo@example.test", or a name in that domain. */
static bool take_who(struct smtp_session *m, slice who, slice domain,
		     struct smtp_path *ret)
{
	struct buf whole;
	slice in;
	bool good;

	buf_init(&whole, SMTP_PATH_MAX + SMTP_DOMAIN_MAX);
	buf_addf(&whole, "<%.*s", FMT(who));
	if (is_bare(who)) buf_addf(&whole, "@%.*s", FMT(domain));
	buf_add_char(&whole, '>');
	in = buf_slice(&whole);
	good = smtp_take_path(&in, FORWARD_PATH, &m->arena, ret) == PATH_GOOD &&
	       in.n == 0;
	buf_done(&whole);
	return good;
}

static bool write_mailbox(struct smtp_session *m, slice address, slice *ret)
{
	struct buf text;
	bool good;

	buf_init(&text, SMTP_REPLY_LINE_MAX);
	buf_addf(&text, "<%.*s>", FMT(address));
	good = arena_copy(&m->arena, buf_slice(&text), ret);
	buf_done(&text);
	return good;
}

static void tell_user(struct smtp_session *m, const struct smtp_path *who)
{
	const struct directory *d = directory_get(m->s.server->store);
	struct route route;
	slice text = { 0 };

	route_recipient(m->s.config, d, who->local, who->domain, &m->arena, &route);
	directory_put(d);
	if (route.kind == ROUTE_REMOTE)
		smtp_answer_later(m, 252, S("2.5.2"), S("That is not for us to say"));
	else if (route.kind != ROUTE_LOCAL)
		smtp_answer_later(m, 550, S("5.1.1"), S("No such user here"));
	else if (!write_mailbox(m, who->address, &text))
		smtp_answer_later(m, 451, S("4.3.0"), S("Ask later"));
	else
		smtp_answer_later(m, 250, S("2.1.5"), text);
}

/* NULL: no room. */
static struct smtp_reply *list_targets(struct smtp_session *m, const struct alias_view *a)
{
	struct smtp_reply *lines =
		arena_alloc_array(&m->arena, a->target_count, sizeof(*lines));

	for (uint32_t i = 0; lines && i < a->target_count; i++) {
		lines[i] = (struct smtp_reply){ .code = 250, .enhanced = S("2.1.5") };
		if (!write_mailbox(m, a->targets[i], &lines[i].text)) return NULL;
	}
	return lines;
}

static void tell_list(struct smtp_session *m, const struct smtp_path *who)
{
	const struct directory *d = directory_get(m->s.server->store);
	struct smtp_reply *lines = NULL;
	struct alias_view alias;
	bool found =
		directory_find_alias(d, who->address, &alias) && alias.target_count > 0;

	if (found) lines = list_targets(m, &alias);
	if (!found)
		smtp_answer_later(m, 550, S("5.1.1"), S("No such list here"));
	else if (lines)
		smtp_answer_lines_later(m, lines, alias.target_count);
	else
		smtp_answer_later(m, 451, S("4.3.0"), S("Ask later"));
	directory_put(d);
}

/* A name is looked for in each domain of ours (RFC 5321 3.5.1). */
void smtp_verify(void *host, bool expand, slice who)
{
	struct smtp_session *m = host;
	struct smtp_path path;
	slice domain = { 0 };

	who = without_brackets(who);
	if (!may_ask(m))
		tell_nothing(m, expand);
	else if (is_bare(who) && find_home(m, who, &domain) > 1)
		smtp_answer_later(
			m, 553, S("5.1.4"),
			S("That name is in several domains: write local@domain"));
	else if (!take_who(m, who, domain, &path))
		smtp_answer_later(m, 501, S("5.1.3"), S("Write local@domain"));
	else if (expand)
		tell_list(m, &path);
	else
		tell_user(m, &path);
}

/* ---- ETRN (RFC 1985 5.3) ---- */

/* Outlives a session whose client does not wait. */
struct turn_request {
	struct smtp_session *session;
	struct buf domain; /* in A-labels */
	bool below;
	uint64_t count;
	struct job job;
	struct ticket ticket;
};

static enum err give_turn(struct job *j, struct queue *q)
{
	struct turn_request *t = CONTAINER_OF(j, struct turn_request, job);

	return queue_give_turn(q, buf_slice(&t->domain), t->below, clock_now(),
			       &t->count);
}

static void turn_given(struct job *, enum err)
{
	/* The ticket's `answered` comes right behind it. */
}

static struct smtp_reply turn_reply(const struct turn_request *t, enum err outcome,
				    struct buf *text)
{
	if (outcome) return (struct smtp_reply){ 458, S("4.3.0"), S("Ask later") };
	if (t->count == 0)
		return (struct smtp_reply){ 251, S("2.0.0"),
					    S("No messages wait for it") };
	buf_addf(text, "%llu pending messages for it started",
		 (unsigned long long)t->count);
	return (struct smtp_reply){ 253, S("2.0.0"), buf_slice(text) };
}

static void answer_turn(struct ticket *ticket)
{
	struct turn_request *t = CONTAINER_OF(ticket, struct turn_request, ticket);
	struct smtp_session *m = t->session;
	struct smtp_reply reply;
	struct buf text;

	buf_init(&text, SMTP_REPLY_LINE_MAX);
	reply = turn_reply(t, ticket->outcome, &text);
	if (m->s.conn) {
		smtp_answer(m->smtp, &reply);
		session_resume(&m->s);
	}
	buf_done(&text);
	buf_done(&t->domain);
	free(t);
	session_release(&m->s);
}

static void ask_for_turn(struct turn_request *t)
{
	t->job = (struct job){ .account = JOB_QUEUE,
			       .level = JOB_WRITES_FLAGS,
			       .run_queue = give_turn,
			       .done = turn_given };
	t->ticket = (struct ticket){ .job = &t->job,
				     .loop = t->session->s.loop,
				     .answered = answer_turn };
	t->session->s.is_kept = true;
	actors_submit(t->session->s.server->actors, &t->ticket);
}

/* For domains that we are a backup MX of, and for whoever asks: their mail goes to their
 * own server only (RFC 1985 6). */
void smtp_start_queue(void *host, slice domain, bool below)
{
	struct smtp_session *m = host;
	struct turn_request *t = calloc(1, sizeof(*t));

	assert(t);
	*t = (struct turn_request){ .session = m, .below = below };
	buf_init(&t->domain, DNS_NAME_MAX);
	queue_destination_of(domain, &t->domain);
	if (relay_is_backup(m->s.config, buf_slice(&t->domain))) {
		ask_for_turn(t);
		return;
	}
	buf_done(&t->domain);
	free(t);
	smtp_answer_later(m, 459, S("4.7.1"), S("No mail is kept for that domain here"));
}
