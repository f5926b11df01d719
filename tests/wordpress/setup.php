<?php
/**
 * Sets a fresh site up (run by wp-cli): time zone, permalinks, one user per role. Prints
 * JSON: role => [user, application password].
 */
update_option( 'timezone_string', 'Asia/Ho_Chi_Minh' );
update_option( 'date_format', 'd/m/Y' );
update_option( 'time_format', 'H:i' );
global $wp_rewrite;
$wp_rewrite->set_permalink_structure( '/%postname%/' );
$wp_rewrite->flush_rules();

$passwords = array();
foreach ( array( 'administrator', 'editor', 'author', 'contributor', 'subscriber' ) as $role ) {
	$user = get_user_by( 'login', $role );
	$id   = $user ? $user->ID : wp_insert_user(
		array(
			'user_login'   => $role,
			'user_pass'    => $role,
			'user_email'   => "$role@example.org",
			'display_name' => ucfirst( $role ),
			'role'         => $role,
		)
	);
	list( $password ) = WP_Application_Passwords::create_new_application_password(
		$id,
		array( 'name' => 'publisher' )
	);
	$passwords[ $role ] = array( $role, WP_Application_Passwords::chunk_password( $password ) );
}
echo wp_json_encode( $passwords );
