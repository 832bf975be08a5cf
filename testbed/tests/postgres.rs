//! An empty place for each test.

use keyward_testbed::postgres::Postgres;

#[test]
fn schemas_and_databases_do_not_see_each_other() {
    let postgres = Postgres::shared();
    let (one, two) = (postgres.fresh_schema(), postgres.fresh_schema());
    postgres.execute_at(
        &one,
        "CREATE TABLE thing (id BIGINT); INSERT INTO thing VALUES (1), (2)",
    );
    assert_eq!(postgres.execute_at(&one, "SELECT count(*) FROM thing"), "2");
    assert_eq!(
        postgres.execute_at(&two, "SELECT to_regclass('thing') IS NULL"),
        "t"
    );

    let own = postgres.fresh_database();
    assert_eq!(
        postgres.execute_at(&own, "SELECT to_regclass('thing') IS NULL"),
        "t"
    );
    let names = format!(
        "{};{}",
        postgres.execute_at(&own, "SELECT current_database()"),
        own
    );
    assert!(
        names.starts_with("t_") && !names.starts_with("postgres"),
        "{names}"
    );
}

#[test]
fn a_cluster_of_our_own_starts_and_leaves_nothing_behind() {
    let postgres = Postgres::start();
    assert_eq!(postgres.execute("SELECT 1 + 1"), "2");
    let dir = postgres.execute("SHOW data_directory");
    assert!(std::path::Path::new(&dir).exists());
    drop(postgres);
    assert!(!std::path::Path::new(&dir).exists(), "{dir} is still there");
}

#[test]
#[should_panic(expected = "does_not_exist")]
fn a_failing_statement_fails_the_test() {
    Postgres::shared().execute("SELECT * FROM does_not_exist");
}
