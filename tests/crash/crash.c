/*
 * crash - runs each scenario with each fault at each of its calls to the disk
 *
 * Afterwards the store is opened again and must hold together; what was
 * acknowledged must be there, once; what was not is there whole or not at all.
 * Prints a line "ok NAME" or "not ok NAME: reason" for each scenario and fault.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "disk.h"
#include "folder.h"
#include "world.h"

enum { PATH_SIZE = 256, CALLS_MAX = 5000, DIED_AS_PLANNED = 77 };

static const char *const fault_names[DISK_FAULTS] = {
	"good",     "kill",     "power-cut", "power-cut-mixed",
	"eio-once", "eio-ever", "full-once", "full-ever",
};

struct trial {
	const struct scenario *scenario;
	enum disk_fault fault;
	int at;
	struct shared *shared;
	char base[PATH_SIZE], work[PATH_SIZE], after[PATH_SIZE];
};

/* --- the child that meets the fault --- */

static void acknowledge(struct trial *t, struct world *w, int i)
{
	struct shared *s = t->shared;

	char scratch[STATE_MAX];
	bool learning = t->fault == DISK_GOOD;

	s->acknowledged = i + 1;
	if (t->scenario->steps[i].level == JOB_WRITES) s->acknowledged_durable = i + 1;
	/* Also remembers the modseqs that a client sees now. */
	if (!world_describe(w, learning ? s->states[i + 1] : scratch) && learning)
		abort();
}

/* Each step is tried twice, as a client would. */
static enum err run_steps(struct trial *t, struct world *w)
{
	enum err e = ERR_NONE;

	for (int i = 0; !e && t->scenario->steps[i].run; i++) {
		e = world_run(w, t->scenario->steps[i].level, t->scenario->steps[i].run);
		if (e == ERR_LATER)
			e = world_run(w, t->scenario->steps[i].level,
				      t->scenario->steps[i].run);
		if (!e) acknowledge(t, w, i);
	}
	return e;
}

static void run_child(struct trial *t)
{
	struct disk_plan plan = { .fault = t->fault,
				  .at = t->at,
				  .seed = (unsigned)t->at,
				  .folder = t->work,
				  .after = t->after,
				  .calls = &t->shared->calls };
	struct world w = { .shared = t->shared, .on_queue = t->scenario->on_queue };
	enum err e;

	disk_start(&plan);
	e = world_open(&w, t->work);
	if (!e && t->fault == DISK_GOOD && !world_describe(&w, t->shared->states[0]))
		abort();
	if (!e) e = world_prepare(&w);
	if (!e) e = run_steps(t, &w);
	t->shared->unknown = e == ERR_INTERNAL;
	world_close(&w);
	t->shared->finished = true;
	_exit(0);
}

/* --- the child that looks at what is left --- */

static void complain(struct trial *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void complain(struct trial *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->shared->reason, sizeof(t->shared->reason), format, args);
	va_end(args);
	_exit(1);
}

static void complain_of_fault(void *context, slice what, int64_t id)
{
	complain(context, "%.*s (%lld)", FMT(what), (long long)id);
}

/* Which states are allowed, as numbers of steps done. */
static void check_state(struct trial *t, struct world *w)
{
	const struct shared *s = t->shared;
	int least =
		disk_fault_is_cut(t->fault) ? s->acknowledged_durable : s->acknowledged;
	int most = s->acknowledged + (s->finished && !s->unknown ? 0 : 1);
	char state[STATE_MAX];

	if (!world_describe(w, state)) complain(t, "cannot be read");
	for (int i = least; i <= most && i <= STEPS_MAX; i++)
		if (strcmp(state, s->states[i]) == 0) return;
	complain(t, "%d to %d steps should be there, but found\n%sand not\n%s", least,
		 most, state, s->states[least]);
}

/* New numbers are above all that were ever seen. */
static void check_numbers(struct trial *t, struct world *w, uint64_t seen)
{
	char state[STATE_MAX];

	t->shared->modseq = 0;
	if (world_run(w, JOB_WRITES, world_mark) != ERR_NONE)
		complain(t, "cannot be written");
	if (!world_describe(w, state)) complain(t, "cannot be read");
	if (t->shared->modseq <= seen)
		complain(t, "modseq %llu was seen, and is handed out again: %llu",
			 (unsigned long long)seen, (unsigned long long)t->shared->modseq);
}

static void check_after(struct trial *t)
{
	bool cut = disk_fault_is_cut(t->fault) && !t->shared->finished;
	struct world w = { .shared = t->shared, .on_queue = t->scenario->on_queue };
	uint64_t faults, seen = t->shared->modseq, state = t->shared->state;
	enum err e = world_open(&w, cut ? t->after : t->work);

	if (e) complain(t, "cannot be opened: %s", err_name(e));
	if (world_check(&w, complain_of_fault, t, &faults) != ERR_NONE)
		complain(t, "cannot be checked");
	check_state(t, &w);
	if (t->shared->state < state) complain(t, "a state of emails went back");
	check_numbers(t, &w, seen);
	world_close(&w);
	_exit(0);
}

/* --- the parent --- */

/* The child's exit status, or -1 when a signal ended it. */
static int in_child(void (*run)(struct trial *), struct trial *t)
{
	int status;
	pid_t pid = fork();

	if (pid < 0) abort();
	if (pid == 0) run(t);
	if (waitpid(pid, &status, 0) != pid) abort();
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void make_base(struct trial *t)
{
	struct world w = { .shared = t->shared, .on_queue = t->scenario->on_queue };
	enum err e;

	folder_remove(t->base);
	if (mkdir(t->base, 0700) != 0) abort();
	if (t->scenario->from_nothing) _exit(0);
	e = world_open(&w, t->base);
	if (!e) e = world_prepare(&w);
	if (!e) e = world_run(&w, JOB_WRITES, world_fill);
	world_close(&w);
	_exit(e);
}

static void start_over(struct trial *t)
{
	struct shared *s = t->shared;

	folder_remove(t->work);
	folder_remove(t->after);
	folder_copy(t->base, t->work);
	s->calls = s->acknowledged = s->acknowledged_durable = 0;
	s->unknown = s->finished = false;
	s->modseq = s->state = 0;
	*s->reason = '\0';
}

static bool because(struct trial *t, const char *reason)
{
	snprintf(t->shared->reason, sizeof(t->shared->reason), "%s", reason);
	return false;
}

/* False when something was not as it must be; reason says what. */
static bool run_trial(struct trial *t)
{
	int status;

	start_over(t);
	status = in_child(run_child, t);
	if (status != 0 && status != DIED_AS_PLANNED)
		return because(t, "the process died of it");
	if (in_child(check_after, t) == 0) return true;
	return *t->shared->reason ? false : because(t, "looking at it died");
}

/* At each call in turn, until one lies beyond the last. */
static bool run_fault(struct trial *t)
{
	bool good = true;

	for (t->at = 1; good && t->at < CALLS_MAX; t->at++) {
		good = run_trial(t);
		if (good && t->shared->calls < t->at) break;
	}
	if (good)
		printf("ok %s %s (%d calls)\n", t->scenario->name, fault_names[t->fault],
		       t->at - 1);
	else
		printf("not ok %s %s: at call %d: %s\n", t->scenario->name,
		       fault_names[t->fault], t->at - 1, t->shared->reason);
	fflush(stdout);
	return good;
}

static bool run_scenario(struct trial *t, const char *only_fault)
{
	bool good = in_child(make_base, t) == 0;

	t->fault = DISK_GOOD;
	good = good && run_trial(t);
	if (!good) printf("not ok %s: %s\n", t->scenario->name, t->shared->reason);
	for (int f = DISK_GOOD + 1; good && f < DISK_FAULTS; f++) {
		t->fault = (enum disk_fault)f;
		if (only_fault && strcmp(only_fault, fault_names[f]) != 0) continue;
		if (!run_fault(t)) good = false;
	}
	return good;
}

/* What the libraries do once, they do here, not in every child. */
static void warm_up(struct trial *t)
{
	struct world w = { .shared = t->shared };

	folder_remove(t->work);
	if (world_open(&w, t->work) || world_prepare(&w)) abort();
	world_close(&w);
}

static void quiet(void)
{
	FILE *nowhere = fopen("/dev/null", "w");

	if (!nowhere) abort();
	if (!getenv("CRASH_LOG")) log_set_fd(fileno(nowhere));
}

static int list_scenarios(void)
{
	for (int i = 0; i < scenario_count; i++)
		puts(scenarios[i].name);
	return 0;
}

/* crash --list, or crash FOLDER [SCENARIO [FAULT]]: works in an existing, empty folder.
 */
int main(int argc, char **argv)
{
	struct trial t = { .shared = mmap(NULL, sizeof(struct shared),
					  PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0) };
	bool good = true;

	if (argc < 2 || t.shared == MAP_FAILED) return 2;
	if (strcmp(argv[1], "--list") == 0) return list_scenarios();
	quiet();
	snprintf(t.base, sizeof(t.base), "%s/base", argv[1]);
	snprintf(t.work, sizeof(t.work), "%s/work", argv[1]);
	snprintf(t.after, sizeof(t.after), "%s/after", argv[1]);
	warm_up(&t);
	for (int i = 0; i < scenario_count; i++) {
		t.scenario = scenarios + i;
		if (argc > 2 && strcmp(argv[2], t.scenario->name) != 0) continue;
		if (!run_scenario(&t, argc > 3 ? argv[3] : NULL)) good = false;
	}
	return good ? 0 : 1;
}
