/*
 * The audit trail keeps acts by a short English name, which never changes;
 * people read their titles. Moves have those of their kind.
 */
#include "config.h"

#include "audit_int.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "filter_int.h"

static const struct act_word {
	const char *act, *zh, *en;
} acts[] = {
	{ "issue", "签发", "issue" },
	{ "draft", "拟稿", "draft" },
	{ "submit", "送审", "hand in" },
	{ "park", "待审批", "wait for approval" },
	{ "approve", "批准", "approve" },
	{ "reject", "退回", "send back" },
	{ "drop", "弃稿", "drop a draft" },
	{ "revise", "更正", "correct" },
	{ "withdraw", "撤回", "withdraw" },
	{ "ack-withdraw", "知悉撤回", "acknowledge withdrawal" },
	{ "assign", "分办", "assign" },
	{ "remark", "备注", "remark" },
	{ "note", "拟办意见", "note" },
	{ "remind", "催办", "remind" },
	{ "attach", "添加附件", "attach" },
	{ "look", "看过", "look" },
	{ "look confidential", "看保密栏", "look at confidential" },
	{ "print", "打印", "print" },
	{ "export", "导出", "export" },
	{ "evidence", "出证", "evidence" },
	{ "bundle-in", "读入介质", "read a bundle" },
	{ "bundle-out", "写出介质", "write a bundle" },
	{ "refused", "无权被拒", "refused" },
	{ "login", "登录", "log in" },
	{ "logout", "退出", "log out" },
	{ "login refused", "登录被拒", "log-in refused" },
	{ "lock", "锁屏", "lock" },
	{ "unlock", "解锁", "unlock" },
	{ "wrong PIN", "解锁码错", "wrong PIN" },
	{ "pin set", "设解锁码", "set a PIN" },
	{ "pin clear", "清解锁码", "clear a PIN" },
	{ "officer add", "添加人员", "enrol an officer" },
	{ "officer disable", "停用人员", "disable an officer" },
	{ "officer roles", "改角色", "change roles" },
	{ "officer key add", "添加公钥", "enrol a key" },
	{ "officer key remove", "去除公钥", "remove a key" },
	{ "peer-trust", "信任对端", "trust a peer" },
	{ "peer-set", "改对端地址", "set a peer's address" },
	{ "key-rotate", "轮换密钥", "rotate keys" },
	{ "peer-revoke", "撤销对端", "revoke a peer" },
	{ "fork-clear", "解除分叉", "clear a fork" },
	{ "kind", "安装种类", "install a kind" },
	{ "reference", "换参考表", "replace a table" },
	{ "roster", "换值班表", "replace the roster" },
	{ "shift-on", "接首班", "first shift" },
	{ "shift-in-place", "代为交班", "handed over in another's place" },
	{ "shift-log", "值班日志", "duty log" },
	{ "group-set", "存发送组", "keep a group" },
	{ "group-remove", "删发送组", "forget a group" },
	{ "set", "改设置", "change a setting" },
};

static const struct title *
move_title(const struct kind *k, const char *act)
{
	for (size_t t = 0; t < k->n_tracks; t++) {
		const struct move *m = track_move(&k->tracks[t], act);

		if (m != NULL)
			return &m->title;
	}
	return NULL;
}

/* Of a move that any kind has. */
static const struct title *
any_move_title(struct desk *d, const char *act)
{
	const struct title *found = NULL;

	for (size_t i = 0; found == NULL && i < kinds_count(d->kinds); i++)
		found = move_title(kinds_at(d->kinds, i), act);
	return found;
}

static const struct act_word *
word_of(const char *act)
{
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (str_eq(acts[i].act, act))
			return &acts[i];
	return NULL;
}

const char *
audit_title(struct desk *d, const struct kind *kind, const char *act)
{
	/* "lock" is a move of actions, and of every console */
	const struct title *move = kind != NULL ? move_title(kind, act) : NULL;
	const struct act_word *word = word_of(act);

	if (move == NULL && word == NULL)
		move = any_move_title(d, act);
	return move != NULL   ? title_in(move, i18n_zh())
	       : word == NULL ? act
	       : i18n_zh()    ? word->zh
			      : word->en;
}

static const char *
move_named(struct desk *d, const char *value)
{
	for (size_t i = 0; i < kinds_count(d->kinds); i++) {
		const struct kind *k = kinds_at(d->kinds, i);

		for (size_t t = 0; t < k->n_tracks; t++)
			for (size_t m = 0; m < k->tracks[t].n_moves; m++) {
				const struct move *one = &k->tracks[t].moves[m];

				if (str_eq(one->name, value) ||
				    str_eq(one->title.zh, value) ||
				    str_eq(one->title.en, value))
					return one->name;
			}
	}
	return NULL;
}

const char *
audit_act_find(struct desk *d, const char *value)
{
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (str_eq(acts[i].act, value) || str_eq(acts[i].zh, value) ||
		    str_eq(acts[i].en, value))
			return acts[i].act;
	return move_named(d, value);
}

void
audit_complete_act(struct completing *c)
{
	const struct kinds *ks = c->desk->kinds;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		complete_add(c, acts[i].en, acts[i].zh);
	for (size_t i = 0; i < kinds_count(ks); i++)
		for (size_t t = 0; t < kinds_at(ks, i)->n_tracks; t++) {
			const struct track_def *tr =
				&kinds_at(ks, i)->tracks[t];

			for (size_t m = 0; m < tr->n_moves; m++)
				complete_add(c, tr->moves[m].name,
					     tr->moves[m].title.zh);
		}
}
