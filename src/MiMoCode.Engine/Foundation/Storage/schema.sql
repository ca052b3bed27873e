-- Version 1. Text is UTF-8, times are milliseconds since 1970, data is the JSON of the wire as it was serialised once.
-- One line of numbers orders everything: an event takes the next one, and a message or part keeps, as seq, the number of the
-- event that brought it and, as rev, of the event that changed it last. Never by id, never by clock.

CREATE TABLE meta (k TEXT PRIMARY KEY, v TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE instance (
  id TEXT PRIMARY KEY, pid INTEGER NOT NULL, pid_start INTEGER NOT NULL, boot_id TEXT NOT NULL, pid_space TEXT NOT NULL,
  heartbeat INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
  name TEXT PRIMARY KEY, instance_id TEXT, epoch INTEGER NOT NULL, time INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE project (
  id TEXT PRIMARY KEY, worktree TEXT NOT NULL, vcs TEXT, name TEXT, time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL,
  data TEXT) STRICT;

CREATE TABLE session (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL, parent_id TEXT, root_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'subagent', 'system')),
  directory TEXT NOT NULL, title TEXT NOT NULL, rev INTEGER NOT NULL,
  time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL, time_archived INTEGER, data TEXT NOT NULL) STRICT;
CREATE INDEX session_project ON session (project_id, rev);
CREATE INDEX session_parent ON session (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX session_root ON session (root_id);

CREATE TABLE message (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL, rev INTEGER NOT NULL, data TEXT NOT NULL) STRICT;
CREATE INDEX message_session ON message (session_id);

-- data of a part with a blob is shortened for display; the blob holds the whole.
CREATE TABLE part (
  seq INTEGER PRIMARY KEY, message_seq INTEGER NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL, blob TEXT, data TEXT NOT NULL,
  UNIQUE (message_seq, id)) STRICT;

-- Contents by their SHA-256. Small ones are kept here, large ones (data is null) in files beside the database.
CREATE TABLE blob (hash TEXT PRIMARY KEY, size INTEGER NOT NULL, time INTEGER NOT NULL, data BLOB) STRICT;

CREATE TABLE window (
  session_id TEXT NOT NULL, no INTEGER NOT NULL, rev INTEGER NOT NULL, key TEXT NOT NULL, start_seq INTEGER NOT NULL,
  start_id TEXT, head_id TEXT, system TEXT NOT NULL, tools TEXT NOT NULL,
  PRIMARY KEY (session_id, no)) STRICT, WITHOUT ROWID;

CREATE TABLE todo (session_id TEXT PRIMARY KEY, rev INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE queue (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL,
  delivery TEXT NOT NULL CHECK (delivery IN ('next-step', 'when-idle')),
  state TEXT NOT NULL CHECK (state IN ('accepted', 'taken', 'cancelled')), time INTEGER NOT NULL, data TEXT NOT NULL) STRICT;
CREATE INDEX queue_waiting ON queue (session_id) WHERE state = 'accepted';

-- ref is the seq of the message or part, or the no of the window; the event is told from that row as long as its rev is this seq.
-- data is there only when no row is left to tell it from. The newest row is never deleted, or its number would be given again.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY, session_id TEXT NOT NULL, type TEXT NOT NULL, ref INTEGER, time INTEGER NOT NULL, data TEXT) STRICT;

CREATE TABLE state (session_id TEXT NOT NULL, k TEXT NOT NULL, v TEXT NOT NULL, PRIMARY KEY (session_id, k)) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
  id INTEGER PRIMARY KEY, root_id TEXT NOT NULL, session_id TEXT NOT NULL, project_id TEXT NOT NULL, message_id TEXT,
  purpose TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
  reasoning INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, cost TEXT NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE INDEX usage_root ON usage (root_id);
CREATE INDEX usage_time ON usage (time);

CREATE TABLE edit (
  id INTEGER PRIMARY KEY, root_id TEXT NOT NULL, session_id TEXT NOT NULL, message_id TEXT NOT NULL, call_id TEXT NOT NULL,
  path TEXT NOT NULL, before_hash TEXT, after_hash TEXT, before_mode INTEGER, after_mode INTEGER,
  state TEXT NOT NULL CHECK (state IN ('planned', 'done', 'undone', 'failed')), time INTEGER NOT NULL) STRICT;
CREATE INDEX edit_root ON edit (root_id);
CREATE INDEX edit_planned ON edit (id) WHERE state = 'planned';

CREATE TABLE snapshot (
  session_id TEXT NOT NULL, message_id TEXT NOT NULL, phase TEXT NOT NULL, tree TEXT NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (session_id, message_id, phase)) STRICT, WITHOUT ROWID;

CREATE TABLE permission (
  id INTEGER PRIMARY KEY, project_id TEXT NOT NULL, permission TEXT NOT NULL, pattern TEXT NOT NULL, action TEXT NOT NULL,
  session_id TEXT, call_id TEXT, time INTEGER NOT NULL, time_revoked INTEGER) STRICT;
CREATE UNIQUE INDEX permission_standing ON permission (project_id, permission, pattern) WHERE time_revoked IS NULL;

CREATE TABLE run (
  id TEXT PRIMARY KEY, parent_session TEXT NOT NULL, session_id TEXT NOT NULL, call_id TEXT, agent TEXT NOT NULL, mode TEXT NOT NULL,
  background INTEGER NOT NULL, instance_id TEXT, state TEXT NOT NULL, outcome TEXT, summary TEXT, time_started INTEGER NOT NULL,
  last_activity INTEGER NOT NULL, error TEXT) STRICT;
CREATE INDEX run_parent ON run (parent_session);

CREATE TABLE job (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL, instance_id TEXT, pid INTEGER NOT NULL, pid_start INTEGER NOT NULL,
  command TEXT NOT NULL, log TEXT, state TEXT NOT NULL, exit INTEGER, time INTEGER NOT NULL) STRICT;
CREATE INDEX job_session ON job (session_id);

-- What happened to tasks; how they stand is what these rows come to. The id is the number of the event.
CREATE TABLE task_event (
  id INTEGER PRIMARY KEY, session_id TEXT NOT NULL, task_id TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, summary TEXT NOT NULL) STRICT;
CREATE INDEX task_event_task ON task_event (session_id, task_id);

CREATE TABLE checkpoint (
  session_id TEXT NOT NULL, version INTEGER NOT NULL, covered_seq INTEGER NOT NULL, notes_cursor INTEGER NOT NULL, body TEXT NOT NULL,
  validated INTEGER NOT NULL, superseded_by INTEGER, time INTEGER NOT NULL, PRIMARY KEY (session_id, version)) STRICT, WITHOUT ROWID;

CREATE TABLE memory_version (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, hash TEXT NOT NULL, prev_hash TEXT, author TEXT NOT NULL, session_id TEXT, message_id TEXT,
  verified INTEGER NOT NULL, time INTEGER NOT NULL) STRICT;
CREATE INDEX memory_version_path ON memory_version (path);

-- What can be searched: chunks of parts. The indexes hold no text of their own; scope holds words for session root and project,
-- so that a narrow search never walks through the hits of everybody else. The trigrams keep no places: they would be half of the file,
-- and whoever reads a hit looks itself. A name is its words, however they are joined: what is told as quota-broker is set as QUOTA_BROKER_MS.
CREATE TABLE doc (
  id INTEGER PRIMARY KEY, part_seq INTEGER NOT NULL, chunk INTEGER NOT NULL, session_id TEXT NOT NULL, kind TEXT NOT NULL, tool TEXT,
  time INTEGER NOT NULL, UNIQUE (part_seq, chunk)) STRICT;
CREATE INDEX doc_long ON doc (part_seq) WHERE kind = 'long';
CREATE VIRTUAL TABLE doc_word USING fts5 (
  scope, body, content = '', contentless_delete = 1, detail = 'full', tokenize = 'unicode61 remove_diacritics 1');
CREATE VIRTUAL TABLE doc_gram USING fts5 (scope, body, content = '', contentless_delete = 1, detail = 'column', tokenize = 'trigram');
