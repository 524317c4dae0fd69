-- Words that stand in millions of rows are numbers there.
CREATE TYPE IF NOT EXISTS window_kind AS ENUM ('once', 'stream', 'period', 'anniversary');
CREATE TYPE IF NOT EXISTS window_outcome AS ENUM ('served', 'declined', 'lapsed', 'missed');
CREATE TYPE IF NOT EXISTS standing_status AS
    ENUM ('served', 'declined', 'not_entitled', 'unknown', 'owed', 'not_due');
