#include "imap/metadata_use.h"

#include "imap/names.h"
#include "imap/special_use.h"
#include "imap/task.h"

static enum err tell_loser(struct task *t, struct account *a, struct metadata_place place)
{
	struct mailbox m;
	slice visible;
	enum err e = mailbox_get(a, place.mailbox, &t->scratch, &m);

	if (!e) e = metadata_touch(a, place, METADATA_USE);
	if (e || !name_visible(t->names, m.name, &visible)) return e;
	buf_add(&t->out, S("* METADATA "));
	name_write(t->names, visible, &t->out);
	buf_addf(&t->out, " (%.*s NIL)\r\n", FMT(METADATA_USE));
	return ERR_NONE;
}

enum err metadata_use_set(struct task *t, struct account *a, struct metadata_place place,
			  slice value)
{
	enum special_use use;
	int64_t before;
	bool can;
	enum err e;

	if (!task_is_at_home(t, a)) return ERR_DENIED;
	if (!special_use_parse(value, &use, &can) || !can) {
		task_complain(t, S("USEATTR"), S("no mailbox can be that"));
		return ERR_DENIED;
	}
	e = mailbox_set_use(a, place.mailbox, use, &before);
	if (!e) e = metadata_touch(a, place, METADATA_USE);
	if (e || !before) return e;
	return tell_loser(t, a, (struct metadata_place){ before, place.reader });
}
