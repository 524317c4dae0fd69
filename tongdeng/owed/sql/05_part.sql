-- What a part of the people adds lies in one piece of the tables that outlive it: these are the part's own rows.
CREATE OR REPLACE TEMP VIEW home AS FROM home_kept WHERE n BETWEEN getvariable('part_first') AND getvariable('part_last');
CREATE OR REPLACE TEMP VIEW part_window AS
    FROM owed_window WHERE n BETWEEN getvariable('part_first') AND getvariable('part_last');
CREATE OR REPLACE TEMP VIEW counted AS
    FROM counted_kept WHERE n BETWEEN getvariable('part_first') AND getvariable('part_last');
CREATE OR REPLACE TEMP VIEW standing AS
    FROM standing_kept WHERE n BETWEEN getvariable('part_first') AND getvariable('part_last');
