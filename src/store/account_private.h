/*
 * account_private.h - an open account, for this folder only
 */
#pragma once

#include "store/account.h"
#include "store/body_files.h"
#include "store/db.h"
#include "store/directory_state.h"
#include "store/gone.h"
#include "store/store_private.h"

enum { ACCOUNT_FOLDER_SIZE = 32 };

struct search_index; /* search_index_private.h */

/* What states.h tells as the newest. */
struct account_states {
	uint64_t emails, mailboxes;
};

enum { SAVEPOINTS_MAX = 4 }; /* within each other */

struct account {
	struct store *store;
	int64_t id;
	struct db *db;
	struct body_files files;
	struct search_index *index; /* NULL: not opened yet, or there is none */
	uint64_t removals;          /* emails that have gone since it was opened */
	struct account *next_kept;

	/* Numbers are handed out from here and written with each group. They never go
	 * back, not even where a job is undone. */
	int64_t boot;
	uint64_t modseq, modseq_ceiling;
	int64_t next_id, uid_validity, group_number;
	int64_t hash_key;    /* of email.message_key */
	int64_t incarnation; /* another one when the file is not the one it was */
	struct account_states states;
	struct account_states states_before;             /* the group */
	struct account_states states_at[SAVEPOINTS_MAX]; /* that are open */
	uint32_t savepoints;
	uint64_t state_floor, lost_from, lost_to; /* schema/006.sql */
	uint32_t gone_put[GONE_KINDS]; /* rows of the log, since it was opened: gone.c */

	bool in_group;
	bool syncs;                  /* this group is DB_SYNC_FULL */
	bool unsettled;              /* boot and ceiling were not written since open */
	bool changing;               /* this group changed what a watcher sees */
	bool changed;                /* a committed one did */
	struct account_state stored; /* what the file says; id 0: as when it was opened */
	uint64_t made_keywords;      /* bits named in this group: about to be used */
	int64_t swept_deliveries;    /* UNIX seconds, 0: not since open */
	struct {
		bool is_known;
		int64_t octets, messages;
	} usage; /* the sum of the mailboxes' counters: quota.c */
};

/* accounts/xx/<16 hex>: ids are given in order, so their last octet spreads them. */
void account_folder_name(int64_t id, char name[ACCOUNT_FOLDER_SIZE]);
/* The next modification sequence; ERR_LATER when a group that is not synced would pass
 * the ceiling. */
enum err account_take_modseq(struct account *a, uint64_t *ret);
int64_t account_take_id(struct account *a);
/* Something was changed with this modseq: of an email; of a mailbox, its counts too. */
void account_note_emails(struct account *a, uint64_t modseq);
void account_note_mailboxes(struct account *a, uint64_t modseq);
uint32_t account_take_uid_validity(struct account *a);
/* quota.c: a mailbox's counters have changed; something was undone, or went with its
 * mailbox. */
void quota_count(struct account *a, int64_t octets, int64_t messages);
void quota_forget(struct account *a);
/* Logs that a stored row is not what was written; gives ERR_INTERNAL. */
enum err damaged(const struct account *a, const char *what);
/* account_renew.c: at the opening, new UIDVALIDITYs for a file that was put back from a
 * copy; at the close, how far it came. */
enum err account_renew_if_older(struct account *a);
struct account_state account_state_of(const struct account *a);
/* At store_close, of a temporary store. */
void account_close_kept(struct store *s);
